package dev.zoetrope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.ImageReader;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.VideoInfo;
import dev.zoetrope.codec.VideoProbe;
import dev.zoetrope.codec.VideoReader;
import dev.zoetrope.tensors.HostTensor;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each form of the command, on the embedded model with few steps: what was given comes back, whatever the model makes of the rest. */
class GenerateCommandTest {
    /** What the autoencoder and the codec leave of given frames, in dB. */
    private static final double COMES_BACK = 25;

    @TempDir
    static Path folder;

    private static Path ball;
    private static Path star;
    private static Path picture;

    @BeforeAll
    static void make() {
        ball = folder.resolve("ball.mp4");
        star = folder.resolve("star.mp4");
        picture = folder.resolve("heart.png");
        generate(
                "a red ball bounces over the sea",
                "--frames",
                "17",
                "--steps",
                "6",
                "--seed",
                "1",
                "-o",
                ball.toString());
        generate("a green star spins on black", "--frames", "17", "--steps", "6", "--seed", "2", "-o", star.toString());
        generate("a big yellow heart in the desert", "--frames", "1", "--steps", "8", "-o", picture.toString());
    }

    @Test
    void text_makes_a_playable_video() {
        VideoInfo info = VideoProbe.probe(ball);
        assertThat(info.codec()).isEqualTo("h264");
        assertThat(info.frames()).isEqualTo(17);
        assertThat(info.format().width()).isEqualTo(64);
        assertThat(info.format().rate().perSecond()).isEqualTo(8);
        assertThat(info.moovFirst()).isTrue();
    }

    @Test
    void the_same_seed_makes_the_same_file() throws Exception {
        // Given
        Path again = folder.resolve("again.mp4");
        // When
        generate(
                "a red ball bounces over the sea",
                "--frames",
                "17",
                "--steps",
                "6",
                "--seed",
                "1",
                "-o",
                again.toString());
        // Then
        assertThat(Files.mismatch(ball, again)).isEqualTo(-1);
    }

    @Test
    void one_frame_is_a_picture() {
        assertThat(ImageReader.read(picture, MediaLimits.PICTURE).shape()).containsExactly(64, 64, 3);
    }

    @Test
    void first_and_last_frame_come_back_where_they_were_given() {
        // Given
        Path out = folder.resolve("between.mp4");
        // When
        generate(
                "a heart",
                "--first-frame",
                picture.toString(),
                "--last-frame",
                picture.toString(),
                "--frames",
                "17",
                "--steps",
                "2",
                "-o",
                out.toString());
        // Then
        HostTensor given = Fit.COVER.resize(ImageReader.read(picture, MediaLimits.PICTURE), 64, 64);
        List<byte[]> frames = frames(out);
        assertThat(frames).hasSize(17);
        assertThat(psnr(frames.get(0), given.bytes())).isGreaterThan(COMES_BACK);
        assertThat(psnr(frames.get(16), given.bytes())).isGreaterThan(COMES_BACK);
    }

    @Test
    void an_extended_video_begins_with_the_video() {
        // Given
        Path out = folder.resolve("longer.mp4");
        // When: longer than one window
        generate("a red ball", "--extend", ball.toString(), "--frames", "32", "--steps", "2", "-o", out.toString());
        // Then
        List<byte[]> frames = frames(out);
        assertThat(frames).hasSize(17 + 32);
        assertSame(frames.subList(0, 17), frames(ball));
    }

    @Test
    void a_video_extended_backward_ends_with_the_video() {
        // Given
        Path out = folder.resolve("earlier.mp4");
        // When
        generate(
                "a red ball",
                "--extend",
                ball.toString(),
                "--backward",
                "--frames",
                "28",
                "--steps",
                "2",
                "-o",
                out.toString());
        // Then
        List<byte[]> frames = frames(out);
        assertThat(frames).hasSize(28 + 17);
        assertSame(frames.subList(28, 45), frames(ball));
    }

    @Test
    void a_connection_keeps_both_videos() {
        // Given
        Path out = folder.resolve("both.mp4");
        // When
        generate(
                "a ball",
                "--connect",
                ball.toString(),
                star.toString(),
                "--frames",
                "11",
                "--steps",
                "2",
                "-o",
                out.toString());
        // Then
        List<byte[]> frames = frames(out);
        assertThat(frames).hasSize(17 + 11 + 17);
        assertSame(frames.subList(0, 17), frames(ball));
        assertSame(frames.subList(28, 45), frames(star));
    }

    @Test
    void a_loop_is_the_video_and_a_way_back() {
        // Given
        Path out = folder.resolve("loop.mp4");
        // When
        generate("a red ball", "--loop", ball.toString(), "--frames", "15", "--steps", "6", "-o", out.toString());
        // Then
        List<byte[]> frames = frames(out);
        assertThat(frames).hasSize(17 + 15);
        assertSame(frames.subList(0, 17), frames(ball));
    }

    @Test
    void an_edit_of_strength_0_is_the_video() {
        // Given
        Path out = folder.resolve("edited.mp4");
        // When
        generate("a blue ball", "--edit", ball.toString(), "--strength", "0", "--steps", "2", "-o", out.toString());
        // Then
        assertSame(frames(out), frames(ball));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--frames 18 | frames: expected 4k+1 (1, 5, 9, ...), but 18 came",
                "--frames 0 | frames: expected at least 1, but 0 came",
                "--size 65x64 | width: expected a multiple of 16 from 16 to 16384, but 65 came",
                "--size 64x0 | height: expected a multiple of 16",
                "--size big | expected WIDTHxHEIGHT",
                "--steps 0 | steps: expected 1 to 1000, but 0 came",
                "--guidance 0 | guidance: expected 1 to 100, but 0.0 came",
                "--model nothing | expected one of the models [toybox]",
                "--model ./nothing | expected a model's folder with a model_index.json",
                "--extend nothing.mp4 | nothing.mp4",
                "--first-frame nothing.png | nothing.png",
                "--device tpu | device: expected auto, cpu, cuda or cuda:<index>, but \"tpu\" came",
                "--device cuda | device: expected cuda, but this machine has 0 CUDA devices",
                "--edit ball.mp4 --frames 5 | --frames does not go with --edit",
                "--first-frame star.png --frames 1 | a picture is made from a prompt alone",
                "--storyboard shots.json | --storyboard goes through the mesh only",
                "--frames 1 | out: expected a file name ending in .png, .jpg or .webp",
            })
    void what_cannot_be_made_is_refused_with_its_reason(String options, String reason) {
        // Given
        List<String> arguments = new ArrayList<>(
                List.of("a ball", "-o", folder.resolve("never.mp4").toString()));
        arguments.addAll(List.of(options.split(" ")));
        // When
        Outcome outcome = run(arguments);
        // Then
        assertThat(outcome.code()).isNotZero();
        assertThat(outcome.errors()).contains(reason).doesNotContain("\tat ");
        assertThat(folder.resolve("never.mp4")).doesNotExist();
    }

    @Test
    void empty_and_endless_prompts_are_refused() {
        String out = folder.resolve("never.mp4").toString();
        assertThat(run(List.of(" ", "-o", out)).errors()).contains("prompt: expected a text, but it is empty");
        assertThat(run(List.of("x".repeat(40_000), "-o", out)).errors())
                .contains("prompt: expected at most 32000 characters, but 40000 came");
    }

    private record Outcome(int code, String errors) {}

    private static void generate(String... arguments) {
        Outcome outcome = run(List.of(arguments));
        assertThat(outcome.code()).as(outcome.errors()).isZero();
    }

    private static Outcome run(List<String> arguments) {
        List<String> all = new ArrayList<>(List.of("generate", "--in-process", "--models", "../models"));
        all.addAll(arguments);
        PrintStream before = System.err;
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            int code = Main.run(all.toArray(String[]::new));
            return new Outcome(code, errors.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }

    private static void assertSame(List<byte[]> frames, List<byte[]> given) {
        assertThat(frames).hasSameSizeAs(given);
        for (int i = 0; i < given.size(); i++) {
            assertThat(psnr(frames.get(i), given.get(i))).as("frame " + i).isGreaterThan(COMES_BACK);
        }
    }

    private static List<byte[]> frames(Path video) {
        HostTensor all = VideoReader.readAll(video, 1000);
        int size = (int) (all.byteCount() / all.size(0));
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < all.size(0); i++) {
            byte[] frame = new byte[size];
            all.data().get(i * size, frame);
            frames.add(frame);
        }
        return frames;
    }

    private static double psnr(byte[] a, byte[] b) {
        double error = 0;
        for (int i = 0; i < a.length; i++) {
            double d = (a[i] & 0xff) - (b[i] & 0xff);
            error += d * d / a.length;
        }
        return 10 * Math.log10(255 * 255 / Math.max(error, 1e-9));
    }
}
