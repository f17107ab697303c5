package dev.zoetrope.gateway.requests;

import dev.zoetrope.contracts.request.Upload;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.requests.FormPart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.core.CurrentRequestManager;
import org.jboss.resteasy.reactive.server.multipart.FileItem;
import org.jboss.resteasy.reactive.server.multipart.FormValue;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;
import org.jspecify.annotations.Nullable;

/** The parts of a form as the framework holds them, and as requests are read from. */
final class Parts {
    private static final Logger LOG = Logger.getLogger(Parts.class);

    private Parts() {}

    static List<FormPart> of(MultipartFormDataInput form) {
        List<FormPart> parts = new ArrayList<>();
        form.getValues().forEach((name, values) -> values.forEach(value -> parts.add(part(name, value))));
        return parts;
    }

    private static FormPart part(String name, FormValue value) {
        Supplier<Upload> file = value.isFileItem() ? () -> upload(name, value) : null;
        return new FormPart(name, text(name, value), file);
    }

    /**
     * What the part says as a text; null when it is a file. openai-java calls every part {@code application/octet-stream}, so what
     * has no file's name is a text as long as it can be read as one.
     */
    private static @Nullable String text(String name, FormValue value) {
        if (!value.isFileItem()) return value.getValue();
        if (value.getFileName() != null) return null;
        // Such parts are held in memory, up to the limit of a form's texts.
        try (InputStream in = value.getFileItem().getInputStream()) {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readAllBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        } catch (IOException e) {
            throw ApiProblem.unreadable(name + ": the part could not be read");
        }
    }

    private static Upload upload(String name, FormValue value) {
        Object type = value.getHeaders() == null ? null : value.getHeaders().getFirst("Content-Type");
        try {
            FileItem item = value.getFileItem();
            return new Upload(
                    value.getFileName() == null ? "" : value.getFileName(),
                    type == null ? "" : type.toString(),
                    item.isInMemory() ? written(item) : item.getFile(),
                    item.getFileSize());
        } catch (IOException e) {
            throw ApiProblem.unreadable(name + ": the file could not be read");
        }
    }

    /** A part without a file's name is not written to a file by the framework, nor deleted by it. */
    private static Path written(FileItem part) throws IOException {
        Path file = Files.createTempFile("upload", null);
        CurrentRequestManager.get().registerCompletionCallback(ended -> delete(file));
        try (InputStream in = part.getInputStream()) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warnf(e, "An upload could not be deleted: file=%s", file);
        }
    }
}
