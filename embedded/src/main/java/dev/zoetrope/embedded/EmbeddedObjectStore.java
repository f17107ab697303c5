package dev.zoetrope.embedded;

import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3 store in this JVM and on loopback: buckets are folders under the given one, objects are files in them.
 *
 * <p>Multipart uploads, ranges, presigned addresses, listing, batch deletion and user metadata behave as MinIO's; lifecycle
 * rules, tags, versions and policies answer 501. Objects survive a restart, on other ports too. User metadata is kept in the
 * files' extended attributes, so a copy of the folder that drops those loses it. Safe for use by several threads.
 */
public final class EmbeddedObjectStore implements AutoCloseable {
    /** A signed upload is held in memory while its signature is checked; larger ones must come in parts. */
    private static final long LARGEST_SIGNED_UPLOAD = 32L << 20;

    private final S3Proxy server;
    private final Credentials credentials;
    private final int port;

    /** The key pair that the store accepts. */
    public record Credentials(String accessKey, String secretKey) {
        public static final Credentials DEFAULT = new Credentials("zoetrope", "zoetrope-on-loopback");

        public Credentials {
            if (accessKey.isBlank() || secretKey.isBlank()) {
                throw new IllegalArgumentException("expected an access key and a secret key, but one is blank");
            }
        }

        @Override
        public String toString() {
            return "Credentials[accessKey=" + accessKey + ", secretKey=***]";
        }
    }

    private EmbeddedObjectStore(S3Proxy server, Credentials credentials) {
        this.server = server;
        this.credentials = credentials;
        this.port = server.getPort();
    }

    /**
     * Starts a store on a free port with the default credentials and returns when it takes requests.
     *
     * @throws EmbeddedStartException the folder cannot be written
     */
    public static EmbeddedObjectStore start(Path folder) {
        return start(folder, 0, Credentials.DEFAULT);
    }

    /**
     * Starts a store.
     *
     * @param port the port, or 0 for a free one
     * @throws EmbeddedStartException the port is taken or the folder cannot be written
     */
    public static EmbeddedObjectStore start(Path folder, int port, Credentials credentials) {
        QuietLogs.apply();
        Path data = Loopback.writable(folder);
        if (port != 0) Loopback.requireFree("object store", port);
        S3Proxy server = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(data.toString()))
                .endpoint(URI.create("http://" + Loopback.HOST + ":" + port))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, credentials.accessKey(), credentials.secretKey())
                .v4MaxNonChunkedRequestSize(LARGEST_SIGNED_UPLOAD)
                .ignoreUnknownHeaders(true)
                // Clients keep their connections open, so a graceful stop would wait for the whole of any timeout.
                .stopTimeout(0)
                .build();
        try {
            server.start();
        } catch (Exception e) {
            // Half a Jetty keeps the JVM alive.
            stop(server);
            throw new EmbeddedStartException("cannot start the object store on port " + port + " in " + data, e);
        }
        return new EmbeddedObjectStore(server, credentials);
    }

    /** The address that S3 clients take, as {@code http://127.0.0.1:port}. */
    public URI endpoint() {
        return URI.create("http://" + Loopback.HOST + ":" + port());
    }

    public int port() {
        return port;
    }

    public Credentials credentials() {
        return credentials;
    }

    @Override
    public void close() {
        stop(server);
    }

    private static void stop(S3Proxy server) {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the object store did not stop: " + e.getMessage(), e);
        }
    }
}
