package dev.zoetrope.codec.pictures;

import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.codec.Orientation;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A JPEG, PNG or WebP taken apart: what its decoder needs, and what is said about it. What is neither, such as thumbnails and
 * texts, is left out.
 *
 * @param codecId libav's number of the decoder
 * @param width as it is stored
 * @param height as it is stored
 * @param parts of a file that holds the coded pixels and nothing else, in order
 * @param heldBytes what the decoder holds besides the decoded picture
 * @param pictureBytes of the decoded picture
 * @param frame where the coded pixels lie on the picture, where they do not fill it
 * @param colours what the numbers mean
 * @param orientation how it is turned to stand upright
 */
record PictureFile(
        int codecId,
        int width,
        int height,
        List<ByteBuffer> parts,
        long heldBytes,
        long pictureBytes,
        Frame frame,
        PictureColours colours,
        Orientation orientation) {

    /** A rectangle of coded pixels, its left upper corner at {@code (x, y)} of the picture. */
    record Frame(int x, int y, int width, int height) {}

    int bytes() {
        return parts.stream().mapToInt(ByteBuffer::remaining).sum();
    }

    static MediaRefusedException damaged(String what) {
        return new MediaRefusedException(Reason.DAMAGED, what);
    }

    static MediaRefusedException cutShort(ImageFormat format) {
        return damaged("the " + format + " is cut short");
    }

    /** @return {@code length} bytes of the file from {@code at} on */
    static byte[] bytes(ByteBuffer file, int at, int length) {
        byte[] bytes = new byte[length];
        file.get(at, bytes);
        return bytes;
    }
}
