package dev.zoetrope.cli.mesh;

/** The gateway does not do what it was asked to; the message is its own. */
final class GatewayRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean byRequest;

    GatewayRefused(String message, boolean byRequest) {
        super(message);
        this.byRequest = byRequest;
    }

    /** Whether another request may fare better. */
    boolean byRequest() {
        return byRequest;
    }
}
