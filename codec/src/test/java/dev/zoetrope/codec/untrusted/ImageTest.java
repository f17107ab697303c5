package dev.zoetrope.codec.untrusted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.codec.Clips;
import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.codec.Orientation;
import dev.zoetrope.codec.Quality;
import dev.zoetrope.codec.preview.ContactSheet;
import dev.zoetrope.codec.untrusted.DecoderProtocol.Request;
import dev.zoetrope.codec.untrusted.DecoderProtocol.Task;
import dev.zoetrope.codec.writing.ImageWriter;
import dev.zoetrope.codec.writing.Provenance;
import dev.zoetrope.tensors.HostTensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ImageTest {
    private static final MediaLimits LIMITS = MediaLimits.PICTURE;
    private static final int MUTATIONS = Integer.getInteger("codec.mutations", 25);

    /** This many of each format meet a child of their own each; the others share one. */
    private static final int ALONE = 5;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"64,64", "63,41", "1,1", "640,3"})
    void png_and_lossless_webp_lose_nothing(int width, int height) {
        // Given
        HostTensor picture = picture(height, width);

        // When
        HostTensor png = ImageReader.read(ImageWriter.png(picture), LIMITS);
        HostTensor webp = ImageReader.read(ImageWriter.losslessWebp(picture), LIMITS);

        // Then
        assertThat(png).isEqualTo(picture);
        assertThat(webp).isEqualTo(picture);
    }

    @ParameterizedTest
    @CsvSource({"JPEG,128,96", "JPEG,63,41", "WEBP,128,96", "WEBP,63,41"})
    void lossy_pictures_come_back_nearly_alike(ImageFormat format, int width, int height) {
        // Given
        HostTensor picture = picture(height, width);

        // When
        byte[] file = ImageWriter.encode(picture, format);

        // Then
        HostTensor back = ImageReader.read(file, LIMITS);
        assertThat(back.shape()).containsExactly(height, width, 3);
        assertThat(Quality.psnrY(picture, back)).isGreaterThan(35);
        assertThat(Quality.meanColourError(picture, back)).isLessThan(2);
    }

    @Test
    void less_quality_makes_a_smaller_file() {
        // Given
        HostTensor picture = picture(128, 128);

        // When
        int good = ImageWriter.encode(picture, ImageFormat.JPEG, 89).length;
        int small = ImageWriter.encode(picture, ImageFormat.JPEG, 20).length;

        // Then
        assertThat(small).isLessThan(good / 2);
    }

    @ParameterizedTest
    @CsvSource({
        "1,1 2 3 4 5 6,3,2",
        "2,3 2 1 6 5 4,3,2",
        "3,6 5 4 3 2 1,3,2",
        "4,4 5 6 1 2 3,3,2",
        "5,1 4 2 5 3 6,2,3",
        "6,4 1 5 2 6 3,2,3",
        "7,6 3 5 2 4 1,2,3",
        "8,3 6 2 5 1 4,2,3"
    })
    void a_turned_picture_stands_upright(int tag, String expected, int width, int height) {
        // Given: stored as rows 1 2 3 and 4 5 6
        byte[] pixels = new byte[18];
        for (int i = 0; i < 18; i++) pixels[i] = (byte) (20 * (i / 3 + 1));
        byte[] stored = ImageWriter.png(HostTensor.ofBytes(pixels, 2, 3, 3));

        // When
        HostTensor upright = ImageReader.read(withPngExif(stored, tag), LIMITS);

        // Then
        assertThat(upright.shape()).containsExactly(height, width, 3);
        int[] seen = new int[6];
        for (int i = 0; i < 6; i++) seen[i] = (upright.bytes()[3 * i] & 0xff) / 20;
        assertThat(Arrays.stream(seen).mapToObj(Integer::toString).reduce((a, b) -> a + " " + b))
                .hasValue(expected);
    }

    @Test
    void a_turned_jpeg_and_webp_stand_upright() throws Exception {
        // Given
        HostTensor picture = picture(40, 64);
        byte[] jpeg = withJpegExif(ImageWriter.encode(picture, ImageFormat.JPEG), 6);
        byte[] webp = withWebpExif(ImageWriter.losslessWebp(picture), 6, 64, 40);

        // When
        HostTensor fromJpeg = ImageReader.read(jpeg, LIMITS);
        HostTensor fromWebp = ImageReader.read(webp, LIMITS);

        // Then
        HostTensor expected = Orientation.turned(90).upright(picture);
        assertThat(Quality.psnrY(expected, fromJpeg)).isGreaterThan(35);
        assertThat(fromWebp).isEqualTo(expected);
        assertThat(ImageReader.check(Files.write(folder.resolve("a"), jpeg), LIMITS))
                .isEqualTo(new ImageReader.ImageInfo(ImageFormat.JPEG, 40, 64));
    }

    @Test
    void the_first_picture_of_a_gif_is_read() throws Exception {
        // Given
        Path png = folder.resolve("in.png");
        Path gif = folder.resolve("in.gif");
        ImageWriter.writePng(picture(48, 64), png);
        Judge.ffmpeg("-i", png.toString(), gif.toString());

        // When
        HostTensor read = ImageReader.read(gif, LIMITS);

        // Then
        assertThat(Quality.psnrY(picture(48, 64), read)).isGreaterThan(25);
    }

    @Test
    void a_picture_says_that_a_model_made_it() {
        // Given
        HostTensor picture = picture(32, 32);

        // When
        byte[] png = ImageWriter.png(picture, new Provenance("toybox", "image_1"));

        // Then
        assertThat(new String(png, StandardCharsets.ISO_8859_1))
                .contains("XML:com.adobe.xmp", "trainedAlgorithmicMedia", "image_1");
        assertThat(ImageReader.read(png, LIMITS)).isEqualTo(picture);
    }

    @Test
    void a_bomb_is_refused_by_its_header() {
        // Given
        byte[] bomb = ImageWriter.png(picture(8, 8));
        ByteBuffer.wrap(bomb).putInt(16, 100_000).putInt(20, 100_000);
        CRC32 crc = new CRC32();
        crc.update(bomb, 12, 17);
        ByteBuffer.wrap(bomb).putInt(29, (int) crc.getValue());

        // When / Then
        assertRefused(bomb, Reason.TOO_LARGE, "100000x100000");
    }

    @Test
    void what_is_no_picture_is_refused() {
        assertRefused(
                "hello".getBytes(StandardCharsets.UTF_8), Reason.UNSUPPORTED, "JPEG, PNG, WebP, HEIC, AVIF or GIF");
        assertRefused(new byte[0], Reason.UNSUPPORTED, "JPEG, PNG, WebP, HEIC, AVIF or GIF");
        assertRefused(
                "<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(StandardCharsets.UTF_8), Reason.UNSUPPORTED, "");
    }

    @Test
    void a_file_of_too_many_bytes_is_refused() {
        // Given
        byte[] file = ImageWriter.png(picture(64, 64));

        // When / Then
        assertThatThrownBy(() -> ImageReader.read(file, LIMITS.withMaxBytes(100)))
                .isInstanceOf(MediaRefusedException.class)
                .hasMessageContaining("at most 100 bytes, but " + file.length + " came");
    }

    @ParameterizedTest
    @EnumSource(
            value = ImageFormat.class,
            names = {"JPEG", "PNG", "WEBP"})
    void mutated_pictures_are_refused_or_read_but_nothing_worse(ImageFormat format) throws Exception {
        // Given
        byte[] good = ImageWriter.encode(picture(48, 48), format);
        Random random = new Random(7);
        Path file = folder.resolve("bad");

        try (DecoderBatch batch = new DecoderBatch()) {
            for (int i = 0; i < MUTATIONS; i++) {
                // When
                byte[] bad = Mutations.mutate(good, random);

                // Then
                if (i < ALONE) {
                    assertReadOrRefused(bad);
                } else {
                    Files.write(file, bad);
                    assertThat(batch.attempt(new Request(Task.PICTURE, file.toString(), null, LIMITS)))
                            .isIn("read", "UNSUPPORTED", "DAMAGED", "NO_FRAMES", "TOO_LARGE");
                }
            }
        }
    }

    private static void assertReadOrRefused(byte[] bad) {
        try {
            assertThat(ImageReader.read(bad, LIMITS).rank()).isEqualTo(3);
        } catch (MediaRefusedException expected) {
            assertThat(expected).hasMessageMatching("(?s).+");
        }
    }

    @ParameterizedTest
    @CsvSource({"COVER,64,64", "COVER,32,100", "CONTAIN,32,100", "CONTAIN,200,50", "COVER,1,1"})
    void a_picture_fits_any_size(Fit fit, int width, int height) {
        // Given
        HostTensor grey = Clips.flat(1, 40, 60, 120, 120, 120);

        // When
        HostTensor fitted = fit.resize(grey, width, height);

        // Then
        assertThat(fitted.shape()).containsExactly(height, width, 3);
        int centre = fitted.bytes()[(height / 2 * width + width / 2) * 3] & 0xff;
        int corner = fitted.bytes()[0] & 0xff;
        assertThat(centre).isEqualTo(120);
        assertThat(corner).isEqualTo(fit == Fit.COVER ? 120 : 0);
    }

    @Test
    void a_picture_can_be_looked_at() {
        // Given
        Path file = folder.resolve("sheet.png");

        // When
        ContactSheet.writePng(Clips.toybox(), 6, 3, file);

        // Then
        assertThat(ImageReader.read(file, LIMITS).shape()).containsExactly(128, 192, 3);
        assertThat(Files.exists(file)).isTrue();
    }

    private static void assertRefused(byte[] file, Reason reason, String message) {
        assertThatThrownBy(() -> ImageReader.read(file, LIMITS))
                .asInstanceOf(InstanceOfAssertFactories.type(MediaRefusedException.class))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason))
                .satisfies(e -> assertThat(e).hasMessageContaining(message));
    }

    private static HostTensor picture(int height, int width) {
        HostTensor clip = Clips.ball(1, height, width);
        return HostTensor.of(clip.dtype(), clip.data(), height, width, 3);
    }

    /** A TIFF block with one tag: orientation. */
    private static byte[] exif(int orientation) {
        return ByteBuffer.allocate(26)
                .order(ByteOrder.BIG_ENDIAN)
                .put("MM".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 42)
                .putInt(8)
                .putShort((short) 1)
                .putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0)
                .putInt(0)
                .array();
    }

    private static byte[] withPngExif(byte[] png, int orientation) {
        byte[] exif = exif(orientation);
        ByteBuffer chunk = ByteBuffer.allocate(12 + exif.length).putInt(exif.length);
        chunk.put("eXIf".getBytes(StandardCharsets.US_ASCII)).put(exif);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + exif.length);
        chunk.putInt((int) crc.getValue());
        return insert(png, 33, chunk.array());
    }

    private static byte[] withJpegExif(byte[] jpeg, int orientation) {
        byte[] exif = exif(orientation);
        ByteBuffer segment = ByteBuffer.allocate(10 + exif.length);
        segment.putShort((short) 0xFFE1).putShort((short) (8 + exif.length));
        segment.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).put(exif);
        return insert(jpeg, 2, segment.array());
    }

    private static byte[] withWebpExif(byte[] webp, int orientation, int width, int height) {
        byte[] exif = exif(orientation);
        byte[] image = Arrays.copyOfRange(webp, 12, webp.length);
        ByteBuffer out =
                ByteBuffer.allocate(12 + 18 + image.length + 8 + exif.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(out.capacity() - 8);
        out.put("WEBPVP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10).putInt(8);
        out.putShort((short) (width - 1))
                .put((byte) 0)
                .putShort((short) (height - 1))
                .put((byte) 0);
        out.put(image)
                .put("EXIF".getBytes(StandardCharsets.US_ASCII))
                .putInt(exif.length)
                .put(exif);
        return out.array();
    }

    private static byte[] insert(byte[] file, int at, byte[] part) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(file, 0, at);
        out.writeBytes(part);
        out.write(file, at, file.length - at);
        return out.toByteArray();
    }
}
