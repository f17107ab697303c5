package dev.zoetrope.cli.mesh;

import dev.zoetrope.cli.Failure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpTimeoutException;

/** The gateway does not answer, or no longer. */
final class GatewayAway extends IOException {
    private static final long serialVersionUID = 1L;

    GatewayAway(URI gateway, IOException cause) {
        super("the mesh at " + gateway + " does not answer: " + why(cause), cause);
    }

    private static String why(IOException cause) {
        if (cause instanceof HttpTimeoutException) return "it takes too long";
        return cause instanceof ConnectException ? "nobody listens there" : Failure.reason(cause);
    }
}
