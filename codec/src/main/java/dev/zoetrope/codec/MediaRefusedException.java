package dev.zoetrope.codec;

/** The media itself is at fault: it will be refused again, however often it is tried. The message is fit for whoever sent it. */
public final class MediaRefusedException extends CodecException {
    private static final long serialVersionUID = 1L;

    /** Why media was refused; stable names that an API can map to its own codes. */
    public enum Reason {
        /** The container or the codec is not one of those that are read. */
        UNSUPPORTED,
        /** The data is cut short, contradicts itself, or cannot be decoded without guessing. */
        DAMAGED,
        /** There is nothing to look at: no picture and no video track, or a video of no frames. */
        NO_FRAMES,
        /** Too many pixels, bytes, frames or seconds; or decoding took too much memory or time. */
        TOO_LARGE
    }

    private final Reason reason;

    public MediaRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public MediaRefusedException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
