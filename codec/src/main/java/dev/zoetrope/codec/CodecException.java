package dev.zoetrope.codec;

/**
 * Something about a video or a picture went wrong. The subtype says whose fault it is, and so whether trying again helps:
 * {@link MediaRefusedException} never, {@link CodecFailedException} perhaps.
 */
public abstract sealed class CodecException extends RuntimeException
        permits MediaRefusedException, CodecFailedException {
    private static final long serialVersionUID = 1L;

    CodecException(String message) {
        super(message);
    }

    CodecException(String message, Throwable cause) {
        super(message, cause);
    }
}
