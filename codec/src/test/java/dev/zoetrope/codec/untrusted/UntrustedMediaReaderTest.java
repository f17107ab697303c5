package dev.zoetrope.codec.untrusted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.codec.Clips;
import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.FrameRate;
import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.MediaDescription;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.codec.MediaTarget;
import dev.zoetrope.codec.Orientation;
import dev.zoetrope.codec.Quality;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.reading.VideoReader;
import dev.zoetrope.codec.writing.ImageWriter;
import dev.zoetrope.codec.writing.VideoWriter;
import dev.zoetrope.tensors.HostTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UntrustedMediaReaderTest {
    private static final MediaLimits LIMITS = MediaLimits.VIDEO;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "clip.mp4,   -c:v libsvtav1 -preset 10 -crf 30,       av1,   32",
        "clip.webm,  -c:v libvpx-vp9 -b:v 1M,                 vp9,   32",
        "clip.webm,  -c:v libvpx -b:v 1M,                     vp8,   32",
        "clip.mkv,   -c:v libopenh264 -b:v 1M,                h264,  32",
        "clip.ts,    -c:v libopenh264 -b:v 1M,                h264,  32",
        "clip.mov,   -c:v mpeg4 -q:v 2,                       mpeg4, 32",
        "clip.avi,   -c:v mjpeg -q:v 2,                       mjpeg, 32",
        "clip.gif,   -loop 0,                                 gif,   22"
    })
    void videos_of_many_kinds_are_read(String name, String encoder, String codec, double psnr) {
        // Given
        HostTensor clip = Clips.ball(20, 64, 96);
        Path file = convert(ours(clip, 20), name, encoder.split(" "));

        // When
        HostTensor frames = readAll(file, MediaTarget.of(VideoFormat.of(96, 64, 20), Fit.COVER), LIMITS);

        // Then
        assertThat(UntrustedMediaReader.probe(file, LIMITS).codec()).isEqualTo(codec);
        assertThat(frames.shape()).containsExactly(20, 64, 96, 3);
        assertThat(Quality.psnrY(clip, frames)).isGreaterThan(psnr);
    }

    @ParameterizedTest
    @CsvSource({"hevc.mp4,25", "hevc10.mp4,25"})
    void hevc_is_read(String sample, int frames) {
        // Given
        Path file = sample(sample);

        // When
        HostTensor read = readAll(file, MediaTarget.of(VideoFormat.of(96, 64, 25), Fit.COVER), LIMITS);

        // Then
        HostTensor pattern = pattern(96, 64, "25", "null");
        assertThat(read.shape()).containsExactly(frames, 64, 96, 3);
        assertThat(Quality.psnrY(pattern, read)).isGreaterThan(28);
    }

    @Test
    void a_phone_held_upright_gives_an_upright_video() {
        // Given
        Path file = sample("phone.mp4");

        // When
        MediaDescription description = UntrustedMediaReader.probe(file, LIMITS);
        HostTensor read =
                readAll(file, MediaTarget.of(new VideoFormat(64, 96, new FrameRate(30000, 1001)), Fit.COVER), LIMITS);

        // Then
        assertThat(description.rotation()).isIn(90, 270);
        assertThat(description.width()).isEqualTo(64);
        assertThat(description.height()).isEqualTo(96);
        String turn = description.rotation() == 90 ? "transpose=clock" : "transpose=cclock";
        HostTensor pattern = pattern(96, 64, "30000/1001", turn);
        assertThat(read.shape()).containsExactly(30, 96, 64, 3);
        assertThat(Quality.psnrY(pattern, read)).isGreaterThan(28);
    }

    @ParameterizedTest
    @CsvSource({"16,33", "8,17", "24,50", "25,52"})
    void frames_come_at_the_rate_that_is_asked_for(int rate, int frames) {
        // Given: 33 frames at 16 a second
        Path file = ours(Clips.ball(33, 32, 32), 16);

        // When
        HostTensor read = readAll(file, MediaTarget.of(VideoFormat.of(32, 32, rate), Fit.COVER), LIMITS);

        // Then
        assertThat(read.size(0)).isBetween(frames - 1L, frames + 1L);
    }

    @Test
    void a_part_of_a_video_is_read() {
        // Given
        Path file = ours(Clips.ball(64, 32, 32), 16);
        HostTensor all = VideoReader.readAll(file, 64);

        // When
        MediaTarget part =
                MediaTarget.of(VideoFormat.of(32, 32, 16), Fit.COVER).from(1).atMost(9);
        HostTensor read = readAll(file, part, LIMITS);

        // Then
        assertThat(read).isEqualTo(Clips.slice(all, 16, 25));
    }

    @Test
    void our_own_video_passes_unchanged() {
        // Given
        Path file = ours(Clips.toybox(), 16);

        // When
        HostTensor read = readAll(file, MediaTarget.of(VideoFormat.of(64, 64, 16), Fit.CONTAIN), LIMITS);

        // Then
        assertThat(read).isEqualTo(VideoReader.readAll(file, 100));
    }

    @Test
    void another_shape_is_cropped_or_framed() {
        // Given
        Path file = ours(Clips.flat(5, 64, 128, 120, 120, 120), 16);
        VideoFormat square = VideoFormat.of(64, 64, 16);

        // When
        HostTensor cropped = readAll(file, MediaTarget.of(square, Fit.COVER), LIMITS);
        HostTensor framed = readAll(file, MediaTarget.of(square, Fit.CONTAIN), LIMITS);

        // Then
        assertThat(cropped.bytes()[0] & 0xff).isBetween(118, 122);
        assertThat(framed.bytes()[0]).isZero();
        assertThat(framed.bytes()[32 * 64 * 3] & 0xff).isBetween(118, 122);
    }

    @Test
    void pictures_are_videos_of_one_frame() throws IOException {
        // Given
        Path file = folder.resolve("picture.jpg");
        HostTensor picture = Clips.ball(1, 48, 64);
        Files.write(file, ImageWriter.encode(picture, ImageFormat.JPEG));

        // When
        MediaDescription description = UntrustedMediaReader.probe(file, LIMITS);
        HostTensor read = readAll(file, MediaTarget.of(VideoFormat.of(64, 48, 16), Fit.COVER), LIMITS);

        // Then
        assertThat(description.still()).isTrue();
        assertThat(description.width()).isEqualTo(64);
        assertThat(read.size(0)).isEqualTo(1);
        assertThat(Quality.psnrY(picture, read)).isGreaterThan(35);
    }

    @Test
    void what_is_no_media_is_refused() throws IOException {
        // Given
        Path text = Files.writeString(folder.resolve("clip.mp4"), "this is no video at all, whatever its name says");
        Path empty = Files.createFile(folder.resolve("empty.mp4"));
        Path playlist = Files.writeString(
                folder.resolve("list.m3u8"), "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n");
        Path concat = Files.writeString(folder.resolve("list.ffconcat"), "ffconcat version 1.0\nfile '/etc/passwd'\n");

        // When / Then
        for (Path file : List.of(text, empty, playlist, concat)) {
            assertRefused(
                    () -> UntrustedMediaReader.probe(file, LIMITS), Reason.UNSUPPORTED, "expected MP4, MOV, WebM");
        }
    }

    @Test
    void sound_alone_is_refused() {
        // Given
        Path file = folder.resolve("sound.mp4");
        Judge.ffmpeg("-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", file.toString());

        // When / Then
        assertRefused(() -> UntrustedMediaReader.probe(file, LIMITS), Reason.NO_FRAMES, "no video track");
    }

    @Test
    void a_codec_that_is_not_read_is_named() {
        // Given
        Path file = convert(ours(Clips.ball(3, 64, 64), 16), "clip.mkv", "-c:v", "ffv1");

        // When / Then
        assertRefused(() -> UntrustedMediaReader.probe(file, LIMITS), Reason.UNSUPPORTED, "ffv1");
    }

    @Test
    void each_limit_holds() {
        // Given
        Path file = ours(Clips.ball(64, 64, 96), 16);
        MediaTarget target = MediaTarget.of(VideoFormat.of(96, 64, 16), Fit.COVER);

        // When / Then
        assertRefused(() -> readAll(file, target, LIMITS.withMaxBytes(500)), Reason.TOO_LARGE, "at most 500 bytes");
        assertRefused(() -> readAll(file, target, LIMITS.withMaxPixels(6000)), Reason.TOO_LARGE, "96x64");
        assertRefused(() -> readAll(file, target, LIMITS.withMaxSeconds(3)), Reason.TOO_LARGE, "at most 3.0 seconds");
        assertRefused(() -> readAll(file, target, LIMITS.withMaxFrames(63)), Reason.TOO_LARGE, "at most 63 frames");
        assertRefused(
                () -> readAll(file, target, LIMITS.withDeadline(Duration.ofMillis(20))), Reason.TOO_LARGE, "20 ms");
        assertRefused(() -> readAll(file, target, memory(40 << 20)), Reason.TOO_LARGE, "memory");
    }

    @Test
    void a_video_that_keeps_quiet_about_its_length_is_counted() {
        // Given
        Path gif = convert(ours(Clips.ball(20, 32, 32), 20), "clip.gif", "-loop", "0");
        MediaTarget target = MediaTarget.of(VideoFormat.of(32, 32, 20), Fit.COVER);

        // When / Then
        assertRefused(() -> readAll(gif, target, LIMITS.withMaxFrames(5)), Reason.TOO_LARGE, "at most 5 frames");
        assertRefused(() -> readAll(gif, target, LIMITS.withMaxSeconds(0.5)), Reason.TOO_LARGE, "at most 0.5 seconds");
    }

    @Test
    void a_bomb_is_refused_before_it_bursts() throws IOException {
        // Given: a GIF of 46 bytes that claims 65,535 by 65,535 pixels
        byte[] gif = {
            'G',
            'I',
            'F',
            '8',
            '9',
            'a',
            -1,
            -1,
            -1,
            -1,
            (byte) 0x80,
            0,
            0,
            0,
            0,
            0,
            -1,
            -1,
            -1,
            0x21,
            (byte) 0xF9,
            4,
            0,
            10,
            0,
            0,
            0,
            0x2C,
            0,
            0,
            0,
            0,
            -1,
            -1,
            -1,
            -1,
            0,
            2,
            2,
            0x44,
            1,
            0,
            0x3B
        };
        Path file = Files.write(folder.resolve("bomb.gif"), gif);

        // When / Then
        assertThatThrownBy(() -> UntrustedMediaReader.probe(file, LIMITS)).isInstanceOf(MediaRefusedException.class);
    }

    @ParameterizedTest
    @CsvSource({"90", "180", "270"})
    void a_turned_video_stands_upright(int clockwise) {
        // Given: what a camera stores that is held so that its picture must be turned by that much
        HostTensor clip = Clips.ball(5, 64, 96);
        Path stored = ours(clip, 16);
        Path turned = folder.resolve("turned.mp4");
        Judge.ffmpeg(
                "-display_rotation:v:0",
                Integer.toString(-clockwise),
                "-i",
                stored.toString(),
                "-c",
                "copy",
                turned.toString());
        boolean swapped = clockwise != 180;
        VideoFormat upright = VideoFormat.of(swapped ? 64 : 96, swapped ? 96 : 64, 16);

        // When
        HostTensor read = readAll(turned, MediaTarget.of(upright, Fit.COVER), LIMITS);

        // Then
        HostTensor first = Clips.slice(clip, 0, 1);
        HostTensor expected =
                Orientation.turned(clockwise).upright(HostTensor.of(first.dtype(), first.data(), 64, 96, 3));
        assertThat(UntrustedMediaReader.probe(turned, LIMITS).rotation()).isEqualTo(clockwise);
        assertThat(Quality.psnrY(expected, Clips.slice(read, 0, 1))).isGreaterThan(35);
    }

    @Test
    void a_changing_rate_becomes_an_even_one() {
        // Given: ten frames at 20 a second, then ten at 5 a second
        Path even = ours(Clips.ball(20, 32, 32), 20);
        Path uneven = convert(
                even,
                "uneven.mkv",
                "-vf",
                "setpts='if(lt(N,10),N,10+(N-10)*4)/20/TB'",
                "-fps_mode",
                "vfr",
                "-c:v",
                "libopenh264",
                "-b:v",
                "1M");
        HostTensor shown = VideoReader.readAll(even, 100);

        // When
        HostTensor read = readAll(uneven, MediaTarget.of(VideoFormat.of(32, 32, 20), Fit.COVER), LIMITS);

        // Then
        assertThat(read.size(0)).isBetween(47L, 51L);
        assertThat(Quality.psnrY(Clips.slice(shown, 5, 6), Clips.slice(read, 5, 6)))
                .isGreaterThan(30);
        assertThat(Quality.psnrY(Clips.slice(shown, 15, 16), Clips.slice(read, 31, 32)))
                .isGreaterThan(30);
    }

    @Test
    void wide_pixels_are_shown_wide() {
        // Given
        Path file = convert(
                ours(Clips.flat(3, 64, 64, 90, 90, 90), 16),
                "wide.mkv",
                "-vf",
                "setsar=2",
                "-c:v",
                "libopenh264",
                "-b:v",
                "1M");

        // When
        MediaDescription description = UntrustedMediaReader.probe(file, LIMITS);
        HostTensor framed = readAll(file, MediaTarget.of(VideoFormat.of(64, 64, 16), Fit.CONTAIN), LIMITS);

        // Then
        assertThat(description.width()).isEqualTo(128);
        assertThat(framed.bytes()[0]).isZero();
    }

    @Test
    void a_slow_receiver_is_not_held_against_the_file() throws InterruptedException {
        // Given
        Path file = ours(Clips.ball(64, 256, 256), 16);
        MediaTarget target = MediaTarget.of(VideoFormat.of(256, 256, 16), Fit.COVER);
        long frames = 0;

        // When
        try (UntrustedMediaReader reader =
                UntrustedMediaReader.open(file, target, LIMITS.withDeadline(Duration.ofSeconds(5)))) {
            Thread.sleep(5500);
            for (var chunk = reader.read(16); chunk.isPresent(); chunk = reader.read(16)) {
                frames += chunk.get().size(0);
            }
        }

        // Then
        assertThat(frames).isEqualTo(64);
    }

    @Test
    void closing_early_leaves_no_process() {
        // Given
        Path file = ours(Clips.ball(64, 256, 256), 16);
        MediaTarget target = MediaTarget.of(VideoFormat.of(256, 256, 16), Fit.COVER);

        // When
        UntrustedMediaReader.open(file, target, LIMITS).close();

        // Then
        assertThat(Judge.children()).isEmpty();
    }

    @Test
    void a_missing_file_is_named() {
        // Given
        Path missing = folder.resolve("missing.mp4");

        // When / Then
        assertThatThrownBy(() -> UntrustedMediaReader.probe(missing, LIMITS))
                .isInstanceOf(CodecFailedException.class)
                .hasMessageContaining("missing.mp4");
    }

    private static MediaLimits memory(long bytes) {
        return new MediaLimits(
                LIMITS.maxBytes(),
                LIMITS.maxPixels(),
                LIMITS.maxSeconds(),
                LIMITS.maxFrames(),
                bytes,
                LIMITS.deadline());
    }

    private static void assertRefused(ThrowingCallable call, Reason reason, String message) {
        assertThatThrownBy(call)
                .asInstanceOf(InstanceOfAssertFactories.type(MediaRefusedException.class))
                .satisfies(e -> assertThat(e).hasMessageContaining(message))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static HostTensor readAll(Path file, MediaTarget target, MediaLimits limits) {
        try (UntrustedMediaReader reader = UntrustedMediaReader.open(file, target, limits)) {
            return reader.read(1000).orElseThrow();
        }
    }

    private Path ours(HostTensor clip, int rate) {
        Path file = folder.resolve("ours.mp4");
        VideoFormat format = VideoFormat.of((int) clip.size(2), (int) clip.size(1), rate);
        try (VideoWriter writer = VideoWriter.create(file, format)) {
            writer.write(clip);
            writer.finish();
        }
        return file;
    }

    private Path convert(Path from, String name, String... encoder) {
        Path to = folder.resolve(name);
        String[] arguments = new String[encoder.length + 3];
        arguments[0] = "-i";
        arguments[1] = from.toString();
        System.arraycopy(encoder, 0, arguments, 2, encoder.length);
        arguments[arguments.length - 1] = to.toString();
        Judge.ffmpeg(arguments);
        return to;
    }

    /** One second of ffmpeg's test pattern, through a filter. */
    private HostTensor pattern(int width, int height, String rate, String filter) {
        Path raw = folder.resolve("pattern.rgb");
        String source = "testsrc2=size=" + width + "x" + height + ":rate=" + rate + ":duration=1";
        Judge.ffmpeg("-f", "lavfi", "-i", source, "-vf", filter, "-f", "rawvideo", "-pix_fmt", "rgb24", raw.toString());
        try {
            byte[] pixels = Files.readAllBytes(raw);
            boolean turned = !filter.equals("null");
            return HostTensor.ofBytes(
                    pixels, pixels.length / (3L * width * height), turned ? width : height, turned ? height : width, 3);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Path sample(String name) {
        Path file = folder.resolve(name);
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/samples/" + name))) {
            Files.copy(in, file);
            return file;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
