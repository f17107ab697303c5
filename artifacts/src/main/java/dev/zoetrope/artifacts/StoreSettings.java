package dev.zoetrope.artifacts;

import java.net.URI;
import java.time.Duration;

/**
 * Which bucket of which S3 store, and how long to wait for it.
 *
 * @param endpoint {@code http://host:port} or {@code https://host}
 * @param region signed into each request; MinIO takes {@code us-east-1}
 * @param timeout for connecting, and for each wait on the wire; not for a whole transfer
 */
public record StoreSettings(
        URI endpoint, String bucket, String accessKey, String secretKey, String region, Duration timeout) {
    public StoreSettings {
        if (endpoint.getHost() == null
                || endpoint.getScheme() == null
                || !endpoint.getScheme().startsWith("http")) {
            throw new IllegalArgumentException(
                    "expected endpoint http://host:port or https://host, but " + endpoint + " came");
        }
        if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
            throw new IllegalArgumentException(
                    "expected as bucket 3 to 63 lower-case letters, digits, dots or hyphens, but " + bucket + " came");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("expected a timeout above 0, but " + timeout + " came");
        }
    }

    public StoreSettings(URI endpoint, String bucket, String accessKey, String secretKey) {
        this(endpoint, bucket, accessKey, secretKey, "us-east-1", Duration.ofSeconds(30));
    }

    @Override
    public String toString() {
        return endpoint + "/" + bucket;
    }
}
