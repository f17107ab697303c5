package dev.zoetrope.cli.mesh;

import dev.zoetrope.contracts.request.Upload;
import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A form with files, which are read while they are sent. */
final class Multipart {
    private final String boundary = "zoetrope-" + UUID.randomUUID();

    String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    /** @param fields an {@link Upload} is sent as a file, anything else as text */
    BodyPublisher body(Map<String, Object> fields) throws FileNotFoundException {
        List<BodyPublisher> parts = new ArrayList<>();
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            parts.add(text("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + field.getKey() + "\""));
            if (field.getValue() instanceof Upload upload) {
                // Content is told by its bytes; a name that would end the header is not worth a quarrel.
                String name = upload.name().replaceAll("[\"\\\\\\p{Cntrl}]", "_");
                parts.add(text("; filename=\"" + name + "\"\r\nContent-Type: application/octet-stream\r\n\r\n"));
                parts.add(BodyPublishers.ofFile(upload.file()));
                parts.add(text("\r\n"));
            } else {
                parts.add(text("\r\n\r\n" + field.getValue() + "\r\n"));
            }
        }
        parts.add(text("--" + boundary + "--\r\n"));
        return BodyPublishers.concat(parts.toArray(BodyPublisher[]::new));
    }

    private static BodyPublisher text(String text) {
        return BodyPublishers.ofByteArray(text.getBytes(StandardCharsets.UTF_8));
    }
}
