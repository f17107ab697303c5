package dev.zoetrope.codec.pictures;

import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferUShort;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import org.jspecify.annotations.Nullable;

/** What a picture's numbers mean, and how they become sRGB. A profile that cannot be used is left out, as browsers do. */
sealed interface PictureColours {
    /** As they are. */
    PictureColours SRGB = new Srgb();

    /** Red, green and blue of sRGB, or that for want of anything better. */
    record Srgb() implements PictureColours {}

    /** Red, green and blue of another space that numbers describe. */
    record Numbers(RgbSpace space) implements PictureColours {}

    /** @param components 1 for grey, 3 for red, green and blue */
    record Profile(ICC_Profile profile, int components) implements PictureColours {}

    /**
     * Cyan, magenta, yellow and black as JPEGs hold them: 255 is no ink.
     *
     * @param ycck whether the first three are coded as luma and chroma
     */
    record Inks(@Nullable ICC_Profile profile, boolean ycck) implements PictureColours {}

    static PictureColours of(@Nullable RgbSpace space) {
        return space == null ? SRGB : new Numbers(space);
    }

    /** @param components of the picture: 1 or 3 */
    static PictureColours icc(byte @Nullable [] data, int components) {
        ICC_Profile profile = profile(data, components == 1 ? ColorSpace.TYPE_GRAY : ColorSpace.TYPE_RGB);
        return profile == null ? SRGB : new Profile(profile, components);
    }

    static PictureColours inks(byte @Nullable [] data, boolean ycck) {
        return new Inks(profile(data, ColorSpace.TYPE_CMYK), ycck);
    }

    private static @Nullable ICC_Profile profile(byte @Nullable [] data, int type) {
        if (data == null) return null;
        try {
            ICC_Profile profile = ICC_Profile.getInstance(data);
            boolean usable = profile.getColorSpaceType() == type && isUsable(profile);
            return usable ? profile : null;
        } catch (IllegalArgumentException | CMMException e) {
            return null;
        }
    }

    /** Some profiles are found to be broken when they are first used. */
    private static boolean isUsable(ICC_Profile profile) {
        int bands = profile.getNumComponents();
        byte[] result = convert(profile, new DataBufferByte(new byte[bands], bands), bands, 1, 1);
        return result.length == 3;
    }

    /**
     * To sRGB.
     *
     * @param pixels packed RGB, 8 bits or 16 bits a channel; packed inks, 8 bits, where this is {@link Inks}
     * @return packed RGB
     */
    default byte[] toSrgb(Pixels pixels) {
        if (this instanceof Numbers numbers) return byNumbers(numbers.space, pixels);
        if (this instanceof Inks inks) return ofInks(inks, pixels);
        if (this instanceof Profile icc) {
            Pixels own = icc.components == 1 ? pixels.firstOfThree() : pixels;
            return convert(icc.profile, own.buffer(), icc.components, own.width(), own.height());
        }
        return pixels.bytes();
    }

    private static byte[] byNumbers(RgbSpace space, Pixels pixels) {
        byte[] rgb = new byte[pixels.width() * pixels.height() * 3];
        for (int i = 0; i < rgb.length; i += 3) {
            space.toSrgb(pixels.wide(i), pixels.wide(i + 1), pixels.wide(i + 2), rgb, i);
        }
        return rgb;
    }

    /** Without a profile, as browsers and FFmpeg have it: what is no ink times what is no black. */
    private static byte[] ofInks(Inks inks, Pixels pixels) {
        byte[] paper = pixels.bytes();
        int count = pixels.width() * pixels.height();
        if (inks.ycck) unpackYcck(paper, count);
        if (inks.profile != null) {
            for (int i = 0; i < paper.length; i++) paper[i] = (byte) ~paper[i];
            return convert(inks.profile, pixels.buffer(), 4, pixels.width(), pixels.height());
        }
        byte[] rgb = new byte[3 * count];
        for (int i = 0; i < count; i++) {
            int black = paper[4 * i + 3] & 0xff;
            for (int c = 0; c < 3; c++) rgb[3 * i + c] = (byte) (((paper[4 * i + c] & 0xff) * black + 127) / 255);
        }
        return rgb;
    }

    /** ITU-T T.871 §7, of the complements (Adobe Technical Note 5116). */
    private static void unpackYcck(byte[] pixels, int count) {
        for (int i = 0; i < 4 * count; i += 4) {
            double luma = pixels[i] & 0xff;
            double blue = (pixels[i + 1] & 0xff) - 128;
            double red = (pixels[i + 2] & 0xff) - 128;
            pixels[i] = complement(luma + 1.402 * red);
            pixels[i + 1] = complement(luma - 0.344136 * blue - 0.714136 * red);
            pixels[i + 2] = complement(luma + 1.772 * blue);
        }
    }

    private static byte complement(double value) {
        return (byte) (255 - Math.max(0, Math.min(255, Math.round(value))));
    }

    private static byte[] convert(
            ICC_Profile profile, java.awt.image.DataBuffer data, int bands, int width, int height) {
        int[] offsets = new int[bands];
        for (int i = 0; i < bands; i++) offsets[i] = i;
        WritableRaster from = Raster.createInterleavedRaster(data, width, height, width * bands, bands, offsets, null);
        byte[] rgb = new byte[width * height * 3];
        WritableRaster to = Raster.createInterleavedRaster(
                new DataBufferByte(rgb, rgb.length), width, height, width * 3, 3, new int[] {0, 1, 2}, null);
        ICC_Profile[] path = {profile, ICC_Profile.getInstance(ColorSpace.CS_sRGB)};
        new ColorConvertOp(path, null).filter(from, to);
        return rgb;
    }

    /**
     * A picture's numbers, packed: 8 bits each, or 16 bits each in little-endian order.
     *
     * @param deep whether they have 16 bits
     */
    record Pixels(int width, int height, boolean deep, byte[] bytes) {
        /** Number {@code index} as if it had 16 bits. */
        int wide(int index) {
            return deep ? bytes[2 * index] & 0xff | (bytes[2 * index + 1] & 0xff) << 8 : (bytes[index] & 0xff) * 257;
        }

        Pixels firstOfThree() {
            int size = deep ? 2 : 1;
            byte[] first = new byte[bytes.length / 3];
            for (int i = 0; i < first.length; i++) first[i] = bytes[i / size * size * 3 + i % size];
            return new Pixels(width, height, deep, first);
        }

        java.awt.image.DataBuffer buffer() {
            if (!deep) return new DataBufferByte(bytes, bytes.length);
            short[] wide = new short[bytes.length / 2];
            for (int i = 0; i < wide.length; i++) wide[i] = (short) wide(i);
            return new DataBufferUShort(wide, wide.length);
        }
    }
}
