package dev.zoetrope.gateway.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.zoetrope.gateway.problems.ApiProblem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.core.CurrentRequestManager;
import org.jboss.resteasy.reactive.server.multipart.FileItem;
import org.jboss.resteasy.reactive.server.multipart.FormValue;
import org.jspecify.annotations.Nullable;

/** The files of a form by their fields' names, and which of them somebody has asked for: the rest is refused, never left out. */
final class Uploads {
    private static final Logger LOG = Logger.getLogger(Uploads.class);

    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final Set<String> taken = new HashSet<>();

    /** @param sure false when the part has no file's name and may as well be the text that it can be read as */
    private record Part(String name, FormValue value, boolean sure) {}

    void add(String path, String name, FormValue value, boolean sure) {
        if (parts.put(path, new Part(name, value, sure)) != null) {
            throw ApiProblem.invalid(name, name + ": expected one value, came several");
        }
    }

    /** Adds all files and their names. */
    void digest(MessageDigest digest) {
        new TreeMap<>(parts).forEach((path, part) -> {
            String head = "\n%s\n%s\n".formatted(path, part.value().getFileName());
            digest.update(head.getBytes(StandardCharsets.UTF_8));
            try (InputStream in = part.value().getFileItem().getInputStream()) {
                in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            } catch (IOException e) {
                throw ApiProblem.unreadable(part.name() + ": the file could not be read");
            }
        });
    }

    /** Whether there is a file that cannot be a text. */
    boolean has(String path) {
        Part part = parts.get(path);
        return part != null && part.sure();
    }

    /** The file of a field that may have a value instead; null when there is none. */
    @Nullable
    Upload take(String path) {
        return has(path) ? takeAny(path) : null;
    }

    /** The file of a field that is nothing else, whatever its bytes look like; null when there is none. */
    @Nullable
    Upload takeAny(String path) {
        Part part = parts.get(path);
        if (part == null) {
            return null;
        }
        taken.add(path);
        try {
            return upload(part.value());
        } catch (IOException e) {
            throw ApiProblem.unreadable(part.name() + ": the file could not be read");
        }
    }

    private static Upload upload(FormValue value) throws IOException {
        Object type = value.getHeaders() == null ? null : value.getHeaders().getFirst("Content-Type");
        return new Upload(
                value.getFileName() == null ? "" : value.getFileName(),
                type == null ? "" : type.toString(),
                value.getFileItem().isInMemory()
                        ? written(value.getFileItem())
                        : value.getFileItem().getFile(),
                value.getFileItem().getFileSize());
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

    /** @throws ApiProblem 400 when a field has both a file and a value */
    void requireNoneBeside(ObjectNode values) {
        parts.forEach((path, part) -> {
            JsonNode value = values.at("/" + path.replace('.', '/'));
            if (part.sure() && !value.isMissingNode()) {
                throw Forms.mixed(part.name());
            }
        });
    }

    /**
     * @param known the names that the call has
     * @throws ApiProblem 400 that names the first file that nobody asked for
     */
    void refuseOthers(Set<String> known) {
        parts.forEach((path, part) -> {
            if (part.sure() && !taken.contains(path)) {
                boolean place = known.contains(path.split("[.]", 2)[0]);
                throw place ? misplaced(part) : ApiProblem.unknownParameter(part.name(), known);
            }
        });
    }

    /** @throws ApiProblem 400 when a field of the object is a file: no object has one */
    void refuseWithin(String object) {
        parts.forEach((path, part) -> {
            if (part.sure() && path.startsWith(object + ".")) {
                throw misplaced(part);
            }
        });
    }

    private static ApiProblem misplaced(Part part) {
        return ApiProblem.invalid(part.name(), part.name() + ": expected a text, came a file");
    }
}
