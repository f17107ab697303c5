package dev.zoetrope.cli;

import dev.zoetrope.codec.ImageFormat;
import java.nio.file.Path;
import java.util.Locale;

/** What the name of the file that is to be made says of its format. */
public final class OutFile {
    private OutFile() {}

    /**
     * Refuses a picture's name for a video, and the other way round.
     *
     * @throws IllegalArgumentException that says which endings do
     */
    public static void require(Path file, boolean still) {
        boolean picture = name(file).matches(".*\\.(png|jpe?g|webp)");
        if (picture != still) {
            throw new IllegalArgumentException("out: expected a file name ending in "
                    + (still ? ".png, .jpg or .webp for one frame" : ".mp4 for a video") + ", but "
                    + file.getFileName() + " came");
        }
    }

    /** The format of a picture of that name. */
    public static ImageFormat format(Path picture) {
        if (name(picture).endsWith(".png")) return ImageFormat.PNG;
        return name(picture).endsWith(".webp") ? ImageFormat.WEBP : ImageFormat.JPEG;
    }

    private static String name(Path file) {
        return file.toString().toLowerCase(Locale.ROOT);
    }
}
