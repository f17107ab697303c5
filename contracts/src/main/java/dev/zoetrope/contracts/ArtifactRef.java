package dev.zoetrope.contracts;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A tensor, a file or a part of one in the object store.
 *
 * @param key the object's key inside the bucket, without a leading slash
 * @param bytes its length
 * @param sha256 of its bytes, 64 lower-case hexadecimal digits
 * @param dtype the tensor's type as safetensors spells it, {@code F32}, {@code U8}; null when it is no single tensor
 * @param shape the tensor's extents; null when {@code dtype} is
 */
public record ArtifactRef(
        String key,
        long bytes,
        String sha256,
        @Nullable String dtype,
        @Nullable List<Long> shape) implements Contract {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public ArtifactRef {
        Require.that(!key.isBlank() && !key.startsWith("/"), "key", "an object key without a leading slash", key);
        Require.that(bytes >= 0, "bytes", "0 or more", bytes);
        Require.that(SHA256.matcher(sha256).matches(), "sha256", "64 lower-case hexadecimal digits", sha256);
        Require.that(
                (dtype == null) == (shape == null),
                "shape",
                "a shape with a dtype and none without",
                dtype + " " + shape);
        shape = shape == null ? null : List.copyOf(shape);
    }

    /** A file: no dtype, no shape. */
    public static ArtifactRef file(String key, long bytes, String sha256) {
        return new ArtifactRef(key, bytes, sha256, null, null);
    }
}
