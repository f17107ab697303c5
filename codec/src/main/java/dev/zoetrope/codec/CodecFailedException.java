package dev.zoetrope.codec;

/** The codec, the disk or the child process failed, not the media: trying again, perhaps elsewhere, may help. */
public final class CodecFailedException extends CodecException {
    private static final long serialVersionUID = 1L;

    public CodecFailedException(String message) {
        super(message);
    }

    public CodecFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
