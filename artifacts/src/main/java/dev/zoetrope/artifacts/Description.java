package dev.zoetrope.artifacts;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import dev.zoetrope.tensors.SafetensorsHeader;
import io.minio.Http;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an object says of itself in its user metadata, so that whoever finds it by key can make its reference.
 *
 * @param dtype of the only tensor in it; null when it is no tensor, or several
 */
record Description(
        String sha256, @Nullable String dtype, @Nullable List<Long> shape) {
    private static final String PREFIX = "X-Amz-Meta-";
    private static final String SHA256 = "zoetrope-sha256";
    private static final String DTYPE = "zoetrope-dtype";
    private static final String SHAPE = "zoetrope-shape";

    static Description file(String sha256) {
        return new Description(sha256, null, null);
    }

    static Description tensors(String sha256, Safetensors content) {
        if (content.tensors().size() != 1) return file(sha256);
        HostTensor tensor = content.tensors().values().iterator().next();
        return new Description(
                sha256,
                tensor.dtype().name(),
                Arrays.stream(tensor.shape()).boxed().toList());
    }

    static Description tensors(String sha256, SafetensorsHeader header) {
        if (header.entries().size() != 1) return file(sha256);
        SafetensorsHeader.Entry tensor = header.entries().values().iterator().next();
        return new Description(sha256, tensor.dtype().name(), tensor.shape());
    }

    ArtifactRef ref(String key, long bytes) {
        return new ArtifactRef(key, bytes, sha256, dtype, shape);
    }

    Http.Headers headers() {
        Http.Headers headers = new Http.Headers(PREFIX + SHA256, sha256);
        if (dtype != null && shape != null) {
            headers.put(PREFIX + DTYPE, dtype);
            // A scalar's shape is empty, and so would be the header, which S3 drops.
            headers.put(
                    PREFIX + SHAPE, "[" + shape.stream().map(String::valueOf).collect(Collectors.joining(",")) + "]");
        }
        return headers;
    }

    /** Empty where the object does not say it: another program wrote it, or its metadata was lost. */
    static Optional<Description> of(Http.Headers metadata) {
        String sha256 = metadata.getFirst(SHA256);
        if (sha256 == null) return Optional.empty();
        return Optional.of(new Description(sha256, metadata.getFirst(DTYPE), shape(metadata.getFirst(SHAPE))));
    }

    private static @Nullable List<Long> shape(@Nullable String text) {
        if (text == null) return null;
        String sizes = text.substring(1, text.length() - 1);
        return sizes.isEmpty()
                ? List.of()
                : Arrays.stream(sizes.split(",")).map(Long::valueOf).toList();
    }

    static String contentType(String key) {
        String extension = key.substring(key.lastIndexOf('.') + 1);
        return CONTENT_TYPES.getOrDefault(extension, "application/octet-stream");
    }

    private static final Map<String, String> CONTENT_TYPES = Map.of(
            "mp4", "video/mp4",
            "webp", "image/webp",
            "jpg", "image/jpeg",
            "png", "image/png",
            "gif", "image/gif",
            "json", "application/json");
}
