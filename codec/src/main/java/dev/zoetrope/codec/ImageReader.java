package dev.zoetrope.codec;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.tensors.HostTensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads pictures that people send: JPEG, PNG, WebP and GIF (its first picture). The decoders are Java's, so a damaged file costs
 * an exception; the header's size is checked before any pixel is decoded. Pictures come upright (EXIF), as sRGB, and where they
 * were transparent, white.
 */
public final class ImageReader {
    private ImageReader() {}

    /**
     * What a picture is, from its header alone.
     *
     * @param width as it stands upright
     * @param height as it stands upright
     */
    public record ImageInfo(ImageFormat format, int width, int height) {}

    /** As {@link #read(byte[], MediaLimits)}, of a file. */
    public static HostTensor read(Path file, MediaLimits limits) {
        try {
            requireBytes(Files.size(file), limits);
            return read(Files.readAllBytes(file), limits);
        } catch (IOException e) {
            throw new CodecFailedException("cannot read " + file, e);
        }
    }

    /**
     * Decodes a picture.
     *
     * @return {@code U8 [H, W, 3]}
     * @throws MediaRefusedException if it is no such picture, is damaged, or is larger than the limits
     */
    public static HostTensor read(byte[] file, MediaLimits limits) {
        return decoding(file, limits, (format, reader) -> {
            Orientation orientation = ExifOrientation.of(file, format);
            return orientation.upright(toTensor(reader.read(0)));
        });
    }

    /**
     * Looks at a picture's header only.
     *
     * @throws MediaRefusedException if it is no such picture, its header is damaged, or it is larger than the limits
     */
    public static ImageInfo probe(byte[] file, MediaLimits limits) {
        return decoding(file, limits, (format, reader) -> {
            boolean turned = ExifOrientation.of(file, format).swapsSides();
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            return new ImageInfo(format, turned ? height : width, turned ? width : height);
        });
    }

    private interface Use<T> {
        T apply(ImageFormat format, javax.imageio.ImageReader reader) throws IOException;
    }

    private static <T> T decoding(byte[] file, MediaLimits limits, Use<T> use) {
        requireBytes(file.length, limits);
        ImageFormat format = ImageSignature.of(file);
        javax.imageio.ImageReader reader = readerOf(format);
        try (ImageInputStream input = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            // Metadata is ignored: compressed text in it is a way to make a small file large.
            reader.setInput(input, false, true);
            requirePixels(reader, limits);
            return use.apply(format, reader);
        } catch (IOException | RuntimeException e) {
            if (e instanceof CodecException known) throw known;
            if (e instanceof IIOException && String.valueOf(e.getMessage()).contains("Unsupported Image Type")) {
                throw new MediaRefusedException(
                        Reason.UNSUPPORTED,
                        "expected a picture in colours of a screen, but its colours are for print",
                        e);
            }
            throw new MediaRefusedException(Reason.DAMAGED, "the " + format + " cannot be decoded: " + describe(e), e);
        } finally {
            reader.dispose();
        }
    }

    private static String describe(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static void requireBytes(long bytes, MediaLimits limits) {
        if (bytes > limits.maxBytes()) {
            throw new MediaRefusedException(
                    Reason.TOO_LARGE,
                    "expected a picture of at most " + limits.maxBytes() + " bytes, but " + bytes + " came");
        }
    }

    private static void requirePixels(javax.imageio.ImageReader reader, MediaLimits limits) throws IOException {
        long width = reader.getWidth(0);
        long height = reader.getHeight(0);
        if (width < 1 || height < 1) {
            throw new MediaRefusedException(Reason.DAMAGED, "the picture's header says " + width + "x" + height);
        }
        if (width * height > limits.maxPixels()) {
            throw new MediaRefusedException(
                    Reason.TOO_LARGE,
                    "expected a picture of at most " + limits.maxPixels() + " pixels, but it has " + width + "x"
                            + height);
        }
    }

    private static javax.imageio.ImageReader readerOf(ImageFormat format) {
        // WebP's reader is named rather than looked up: class loaders of containers hide it from the registry.
        if (format == ImageFormat.WEBP) return new WebPImageReaderSpi().createReaderInstance(null);
        Iterator<javax.imageio.ImageReader> readers = ImageIO.getImageReadersByFormatName(format.name());
        if (!readers.hasNext()) throw new CodecFailedException("this JVM has no reader for " + format);
        return readers.next();
    }

    private static HostTensor toTensor(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        BufferedImage rgb = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = rgb.createGraphics();
        canvas.drawImage(image, 0, 0, Color.WHITE, null);
        canvas.dispose();
        int[] packed = ((DataBufferInt) rgb.getRaster().getDataBuffer()).getData();
        byte[] pixels = new byte[Math.multiplyExact(packed.length, 3)];
        for (int i = 0, at = 0; i < packed.length; i++) {
            int colour = packed[i];
            pixels[at++] = (byte) (colour >> 16);
            pixels[at++] = (byte) (colour >> 8);
            pixels[at++] = (byte) colour;
        }
        return HostTensor.ofBytes(pixels, height, width, 3);
    }
}
