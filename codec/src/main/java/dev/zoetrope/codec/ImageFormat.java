package dev.zoetrope.codec;

/** The forms in which single pictures are written and read. */
public enum ImageFormat {
    PNG("image/png"),
    JPEG("image/jpeg"),
    WEBP("image/webp"),
    /** Read only: its first picture. */
    GIF("image/gif"),
    /** Read only. */
    HEIC("image/heic"),
    /** Read only. */
    AVIF("image/avif");

    private final String mediaType;

    ImageFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    public String mediaType() {
        return mediaType;
    }
}
