package dev.zoetrope.embedded;

/** The broker or the store could not start: the port is taken, the folder cannot be written or is in use. A retry does not help by itself. */
public final class EmbeddedStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EmbeddedStartException(String message) {
        super(message);
    }

    EmbeddedStartException(String message, Throwable cause) {
        super(message + ": " + root(cause), cause);
    }

    private static String root(Throwable cause) {
        Throwable last = cause;
        while (last.getCause() != null && last.getCause() != last) last = last.getCause();
        return last.getMessage() == null ? last.getClass().getSimpleName() : last.getMessage();
    }
}
