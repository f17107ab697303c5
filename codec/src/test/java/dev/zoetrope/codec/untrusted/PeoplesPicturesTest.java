package dev.zoetrope.codec.untrusted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.zoetrope.codec.Clips;
import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.codec.PngBytes;
import dev.zoetrope.codec.Quality;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.preview.Preview;
import dev.zoetrope.codec.writing.VideoWriter;
import dev.zoetrope.tensors.HostTensor;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures as people have them, each with what browsers show. */
class PeoplesPicturesTest {
    private static final byte HALF = (byte) 128;
    private static final byte FULL = (byte) 255;

    @TempDir
    Path folder;

    @Test
    void grey_is_as_bright_with_alpha_or_a_transparent_value_as_without() throws Exception {
        // Given: two pixels, half grey and white
        byte[] deep = {HALF, HALF, FULL, FULL};

        // When
        HostTensor plain = read(new PngBytes(2, 2, 8, PngBytes.GREY).file(2, HALF, FULL));
        HostTensor alpha = read(new PngBytes(2, 2, 8, PngBytes.GREY_ALPHA).file(2, HALF, FULL, FULL, FULL));
        HostTensor deepAlpha = read(
                new PngBytes(2, 2, 16, PngBytes.GREY_ALPHA).file(2, HALF, HALF, FULL, FULL, FULL, FULL, FULL, FULL));
        HostTensor value = read(new PngBytes(2, 2, 8, PngBytes.GREY)
                .with("tRNS", (byte) 0, FULL)
                .file(2, HALF, FULL));
        HostTensor deepValue = read(
                new PngBytes(2, 2, 16, PngBytes.GREY).with("tRNS", FULL, FULL).file(2, deep));
        HostTensor halfByte = read(new PngBytes(2, 2, 4, PngBytes.GREY)
                .with("tRNS", (byte) 0, (byte) 15)
                .file(2, (byte) 0x8f));

        // Then
        assertThat(rgb(plain, 0, 0)).containsExactly(128, 128, 128);
        assertThat(alpha).isEqualTo(plain);
        assertNear(rgb(deepAlpha, 0, 0), 1, 128, 128, 128);
        assertThat(rgb(deepAlpha, 1, 0)).containsExactly(255, 255, 255);
        assertThat(value).isEqualTo(plain);
        assertNear(rgb(deepValue, 0, 0), 1, 128, 128, 128);
        assertThat(rgb(deepValue, 1, 0)).containsExactly(255, 255, 255);
        assertThat(rgb(halfByte, 0, 0)).containsExactly(136, 136, 136);
        assertThat(rgb(halfByte, 1, 0)).containsExactly(255, 255, 255);
    }

    @Test
    void a_wide_gamut_profile_gives_the_same_colours_in_every_format() throws Exception {
        // When
        HostTensor png = read(sample("icc.png"));
        HostTensor webp = read(sample("icc.webp"));
        HostTensor jpeg = read(sample("icc.jpg"));

        // Then
        assertNear(rgb(png, 1, 60), 3, 30, 30, 220);
        assertThat(Quality.meanColourError(png, webp)).isLessThan(1);
        assertThat(Quality.meanColourError(png, jpeg)).isLessThan(4);
    }

    @Test
    void a_png_says_its_colours_by_numbers_as_well() throws Exception {
        // Given: Display P3's green, which in sRGB is a little yellower, as code points and as chromaticities
        byte[] green = {30, (byte) 180, 30};
        byte[] linear = {0, HALF, 0};

        // When
        HostTensor points = read(new PngBytes(1, 1, 8, PngBytes.RGB)
                .with("cICP", (byte) 12, (byte) 13, (byte) 0, (byte) 1)
                .file(1, green));
        HostTensor numbers = read(new PngBytes(1, 1, 8, PngBytes.RGB)
                .withNumbers("gAMA", 45455)
                .withNumbers("cHRM", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
                .file(1, green));
        HostTensor light = read(new PngBytes(1, 1, 8, PngBytes.RGB)
                .withNumbers("gAMA", 100_000)
                .withNumbers("cHRM", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
                .file(1, linear));
        HostTensor srgb = read(new PngBytes(1, 1, 8, PngBytes.RGB)
                .withNumbers("gAMA", 100_000)
                .with("sRGB", (byte) 0)
                .file(1, linear));

        // Then: red of P3's (30, 180, 30) is below what sRGB holds
        assertNear(rgb(points, 0, 0), 2, 0, 183, 0);
        assertNear(rgb(numbers, 0, 0), 6, 0, 183, 0);
        assertNear(rgb(light, 0, 0), 1, 0, 188, 0);
        assertThat(rgb(srgb, 0, 0)).containsExactly(0, 128, 0);
    }

    @Test
    void a_grey_profile_counts_and_a_broken_or_foreign_one_does_not() throws Exception {
        // Given: Java's grey profile is linear
        byte[] grey = ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData();
        byte[] broken = "no profile".getBytes(StandardCharsets.US_ASCII);

        // When
        HostTensor linear = read(withProfile(grey));
        HostTensor without = read(withProfile(broken));
        HostTensor foreign =
                read(withProfile(ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData()));

        // Then
        assertNear(rgb(linear, 0, 0), 2, 188, 188, 188);
        assertThat(rgb(without, 0, 0)).containsExactly(128, 128, 128);
        assertThat(foreign).isEqualTo(without);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rgba_am0.webp", "rgba_am1.webp"})
    void transparent_places_of_a_webp_are_white_however_its_alpha_is_stored(String name) throws Exception {
        // When
        HostTensor picture = read(sample(name));

        // Then
        assertThat(rgb(picture, 32, 32)).containsExactly(255, 255, 255);
        assertNear(rgb(picture, 0, 32), 8, 62, 22, 173);
    }

    @Test
    void the_first_picture_of_an_animated_webp_is_read() throws Exception {
        // Given
        Path video = folder.resolve("a.mp4");
        try (VideoWriter writer = VideoWriter.create(video, VideoFormat.of(64, 48, 16))) {
            writer.write(Clips.ball(9, 48, 64));
            writer.finish();
        }
        Path animation = folder.resolve("a.webp");
        Preview.animation(video, 64, 8, animation);

        // When
        HostTensor first = ImageReader.read(animation, MediaLimits.PICTURE);

        // Then
        HostTensor clip = Clips.ball(1, 48, 64);
        assertThat(Quality.psnrY(HostTensor.of(clip.dtype(), clip.data(), 48, 64, 3), first))
                .isGreaterThan(25);
    }

    @Test
    void heic_and_avif_are_read_with_their_alpha_grids_and_turns() throws Exception {
        // When
        HostTensor heic = read(sample("plain.heic"));
        HostTensor alpha = read(sample("alpha.avif"));
        HostTensor turned = read(sample("turned-grid.avif"));

        // Then
        assertThat(heic.shape()).containsExactly(64, 96, 3);
        assertNear(rgb(heic, 8, 8), 4, 30, 180, 30);
        assertNear(rgb(heic, 80, 60), 12, 50, 40, 190);
        assertThat(rgb(alpha, 90, 60)).containsExactly(255, 255, 255);
        assertNear(rgb(alpha, 8, 8), 4, 30, 180, 30);
        assertThat(turned.shape()).containsExactly(256, 128, 3);
        assertNear(rgb(turned, 20, 240), 4, 30, 180, 30);
        assertNear(rgb(turned, 125, 10), 12, 45, 40, 195);
    }

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false"})
    void inks_become_colours_with_and_without_adobe_s_marker(boolean adobe, boolean ycck) throws Exception {
        // Given: no cyan, half magenta, all yellow, a fifth of black; 255 is none
        byte[] inks = {FULL, HALF, 0, (byte) 204};
        byte[] plain = jpegOf(ycck ? new byte[] {(byte) 90, (byte) 180, 40, (byte) 204} : inks);

        // When
        HostTensor picture = read(adobe || ycck ? withAdobe(plain, ycck ? 2 : 0) : plain);

        // Then
        if (ycck) {
            assertNear(rgb(picture, 4, 4), 4, 204, 96, 58);
        } else {
            assertNear(rgb(picture, 4, 4), 4, 204, 102, 0);
        }
    }

    @Test
    void inks_may_be_named_by_letters() throws Exception {
        // Given: the names stand in the header and before the pixels
        byte[] jpeg = jpegOf(new byte[] {FULL, HALF, 0, (byte) 204});
        int header = indexOf(jpeg, 0xC0) + 10;
        int scan = indexOf(jpeg, 0xDA) + 5;
        for (int i = 0; i < 4; i++) {
            jpeg[header + 3 * i] = (byte) "CMYK".charAt(i);
            jpeg[scan + 2 * i] = (byte) "CMYK".charAt(i);
        }

        // When
        HostTensor picture = read(jpeg);

        // Then
        assertNear(rgb(picture, 4, 4), 4, 204, 102, 0);
    }

    @ParameterizedTest
    @CsvSource({"8,64", "8,16", "8,3", "16,64", "16,16", "16,3"})
    void strong_colours_stay_themselves_at_every_size_and_depth(int bits, int size) throws Exception {
        // Given: orange
        byte[] row = new byte[64 * 3 * bits / 8];
        for (int i = 0; i < row.length; i++) row[i] = new byte[] {FULL, (byte) 180, 0}[i * 8 / bits % 3];
        Path file = folder.resolve("a");
        Files.write(file, new PngBytes(64, 64, bits, PngBytes.RGB).file(64, row));

        // When
        HostTensor picture = ImageReader.read(file, Fit.COVER, size, size, MediaLimits.PICTURE);

        // Then
        assertNear(rgb(picture, size / 2, size / 2), 2, 255, 180, 0);
    }

    @Test
    void xmp_turns_a_picture_where_no_exif_does() throws Exception {
        // Given
        byte[] jpeg = dev.zoetrope.codec.writing.ImageWriter.encode(upperRed(), ImageFormat.JPEG);
        String packet =
                "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description tiff:Orientation=\"%d\"/></x:xmpmeta>";

        // When
        HostTensor turned = read(withSegment(jpeg, 0xE1, packet.formatted(3).getBytes(StandardCharsets.US_ASCII)));
        HostTensor png = read(withXmp("<tiff:Orientation>3</tiff:Orientation>"));

        // Then
        assertNear(rgb(turned, 32, 4), 6, 0, 0, 200);
        assertNear(rgb(turned, 32, 44), 6, 200, 0, 0);
        assertThat(rgb(png, 0, 0)).containsExactly(255, 255, 255);
    }

    @ParameterizedTest
    @ValueSource(strings = {"JPEG", "PNG", "WEBP"})
    void what_is_cut_off_is_refused_and_what_follows_the_end_is_not_looked_at(ImageFormat format) throws Exception {
        // Given
        byte[] whole = dev.zoetrope.codec.writing.ImageWriter.encode(upperRed(), format);

        // When
        byte[] longer = Arrays.copyOf(whole, whole.length + 1000);

        // Then
        assertThat(read(longer)).isEqualTo(read(whole));
        for (int cut : new int[] {1, whole.length / 4, whole.length / 2}) {
            assertRefused(Arrays.copyOf(whole, whole.length - cut), Reason.DAMAGED, format.name());
        }
    }

    @Test
    void a_wrong_check_sum_is_refused() {
        // Given
        byte[] png = dev.zoetrope.codec.writing.ImageWriter.png(upperRed());
        png[png.length - 14] ^= 1;

        // When / Then
        assertRefused(png, Reason.DAMAGED, "the PNG's part IDAT is damaged");
    }

    @ParameterizedTest
    @CsvSource({
        "49492A00,TIFF",
        "4D4D002A,raw photo (DNG",
        "49492A00100000004352,raw photo (CR2)",
        "424D3600,BMP",
        "FF0A0000,JPEG XL",
        "0000000C4A584C200D0A,JPEG XL",
        "255044462D,PDF",
        "3C73766720786D6C6E733D,SVG",
        "00000018667479706D703432,video (MP4",
        "1A45DFA3,video (WebM",
        "'',empty"
    })
    void what_else_people_send_is_named_with_what_to_do(String hex, String name) {
        // Given
        byte[] file = java.util.HexFormat.of().parseHex(hex);

        // When / Then
        assertRefused(file, Reason.UNSUPPORTED, name);
    }

    @Test
    void a_jpeg_in_another_coding_is_named() {
        // Given
        byte[] jpeg = dev.zoetrope.codec.writing.ImageWriter.encode(upperRed(), ImageFormat.JPEG);
        int header = indexOf(jpeg, 0xC0);
        byte[] arithmetic = jpeg.clone();
        arithmetic[header + 1] = (byte) 0xC9;
        byte[] deep = jpeg.clone();
        deep[header + 4] = 12;

        // When / Then
        assertRefused(arithmetic, Reason.UNSUPPORTED, "arithmetic coding");
        assertRefused(deep, Reason.UNSUPPORTED, "12 bits a sample");
    }

    @Test
    void a_phone_s_photo_is_scaled_while_it_is_decoded() throws Exception {
        // Given: 12 megapixels, upper half red, lower half blue
        HostTensor photo = halves(4032, 3024);
        Path file = folder.resolve("photo.jpg");
        Files.write(file, dev.zoetrope.codec.writing.ImageWriter.encode(photo, ImageFormat.JPEG));
        MediaLimits little = new MediaLimits(1 << 26, 1 << 24, 1, 1, 150 << 20, MediaLimits.PICTURE.deadline());

        // When
        HostTensor fitted = ImageReader.read(file, Fit.COVER, 96, 64, little);

        // Then
        assertThat(ImageReader.check(file, little)).isEqualTo(new ImageReader.ImageInfo(ImageFormat.JPEG, 4032, 3024));
        assertThat(fitted.shape()).containsExactly(64, 96, 3);
        assertNear(rgb(fitted, 48, 4), 4, 200, 0, 0);
        assertNear(rgb(fitted, 48, 60), 4, 0, 0, 200);
    }

    @Test
    void more_than_two_hundred_megapixels_are_refused_by_the_header() {
        // Given
        byte[] bomb = new PngBytes(20_000, 20_000, 8, PngBytes.RGB).file(1, FULL, FULL, FULL);

        // When / Then
        assertRefused(bomb, Reason.TOO_LARGE, "at most 200000000 pixels, but it has 20000x20000");
    }

    private HostTensor read(byte[] file) throws IOException {
        return ImageReader.read(file, MediaLimits.PICTURE);
    }

    private static void assertRefused(byte[] file, Reason reason, String message) {
        assertThatThrownBy(() -> ImageReader.read(file, MediaLimits.PICTURE))
                .asInstanceOf(InstanceOfAssertFactories.type(MediaRefusedException.class))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason))
                .satisfies(e -> assertThat(e).hasMessageContaining(message));
    }

    private static int[] rgb(HostTensor picture, int x, int y) {
        int at = (int) (y * picture.size(1) + x) * 3;
        byte[] bytes = picture.bytes();
        return new int[] {bytes[at] & 0xff, bytes[at + 1] & 0xff, bytes[at + 2] & 0xff};
    }

    private static void assertNear(int[] colour, int tolerance, int... expected) {
        for (int i = 0; i < 3; i++) {
            assertThat(colour[i]).as(Arrays.toString(colour)).isCloseTo(expected[i], within(tolerance));
        }
    }

    private static HostTensor upperRed() {
        return halves(64, 48);
    }

    private static HostTensor halves(int width, int height) {
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++) pixels[3 * i + (i < width * height / 2 ? 0 : 2)] = (byte) 200;
        return HostTensor.ofBytes(pixels, height, width, 3);
    }

    private static byte[] sample(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(PeoplesPicturesTest.class.getResourceAsStream("/pictures/" + name))) {
            return in.readAllBytes();
        }
    }

    private static byte[] withProfile(byte[] profile) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(new byte[] {'p', 0, 0});
        data.writeBytes(PngBytes.deflated(profile));
        return new PngBytes(1, 1, 8, PngBytes.GREY)
                .with("iCCP", data.toByteArray())
                .file(1, HALF);
    }

    /** Black, then white. */
    private static byte[] withXmp(String xmp) {
        byte[] text = ("XML:com.adobe.xmp\0\0\0\0\0" + xmp).getBytes(StandardCharsets.UTF_8);
        return new PngBytes(2, 1, 8, PngBytes.GREY).with("iTXt", text).file(1, (byte) 0, FULL);
    }

    /** 8x8 pixels of four components each, as they are. */
    private static byte[] jpegOf(byte[] components) throws IOException {
        byte[] pixels = new byte[8 * 8 * 4];
        for (int i = 0; i < pixels.length; i++) pixels[i] = components[i % 4];
        WritableRaster raster = Raster.createInterleavedRaster(
                new DataBufferByte(pixels, pixels.length), 8, 8, 32, 4, new int[] {0, 1, 2, 3}, null);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(raster, null, null), null);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    private static byte[] withAdobe(byte[] jpeg, int transform) {
        byte[] marker = {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform};
        return withSegment(jpeg, 0xEE, marker);
    }

    private static byte[] withSegment(byte[] jpeg, int marker, byte[] data) {
        ByteBuffer out = ByteBuffer.allocate(jpeg.length + data.length + 4).put(jpeg, 0, 2);
        out.put((byte) 0xFF)
                .put((byte) marker)
                .putShort((short) (data.length + 2))
                .put(data);
        return out.put(jpeg, 2, jpeg.length - 2).array();
    }

    private static int indexOf(byte[] jpeg, int marker) {
        for (int i = 0; ; i++) {
            if (jpeg[i] == (byte) 0xFF && jpeg[i + 1] == (byte) marker) return i;
        }
    }
}
