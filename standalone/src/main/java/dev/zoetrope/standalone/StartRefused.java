package dev.zoetrope.standalone;

/** The standalone form cannot start as it was asked to; the message is for the person who asked. */
final class StartRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartRefused(String message) {
        super(message);
    }
}
