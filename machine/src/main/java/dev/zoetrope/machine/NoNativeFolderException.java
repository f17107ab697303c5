package dev.zoetrope.machine;

/** No folder is fit for native libraries; the message names those that were tried, and the setting. */
public final class NoNativeFolderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoNativeFolderException(String message) {
        super(message);
    }
}
