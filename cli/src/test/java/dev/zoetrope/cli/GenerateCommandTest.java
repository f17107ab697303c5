package dev.zoetrope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.reading.VideoInfo;
import dev.zoetrope.codec.reading.VideoProbe;
import dev.zoetrope.codec.reading.VideoReader;
import dev.zoetrope.codec.untrusted.ImageReader;
import dev.zoetrope.tensors.HostTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                "--frames 18 | --frames: expected 4 k + 1 with k from 1 to",
                "--frames 0 | --frames: expected a whole number of at least 1, came 0",
                "--size 65x64 | --size: expected width and height in multiples of 16 from 16 to 16384",
                "--size 64x0 | --size: expected width x height such as 64x64, came 64x0",
                "--size big | --size: expected width x height such as 64x64, came big",
                "--steps 0 | --steps: expected a whole number of at least 1, came 0",
                "--guidance 0 | --guidance: expected a number from 1 to 100, came 0.0",
                "--model nothing | expected one of the models [toybox]",
                "--model ./nothing | expected a model's folder with a model_index.json",
                "--extend nothing.mp4 | nothing.mp4",
                "--first-frame nothing.png | nothing.png",
                "--device tpu | device: expected auto, cpu, cuda or cuda:<index>, but \"tpu\" came",
                "--device cuda | device: expected cuda, but this machine has 0 CUDA devices",
                "--edit ball.mp4 --frames 5 | --frames does not go with --edit",
                "--first-frame star.png --frames 1 | a picture is made from a prompt alone",
                "--storyboard shots.json | --storyboard: expected a JSON file at shots.json",
                "--character star.mp4 --edit ball.mp4 | give one of --extend, --loop, --connect, --edit",
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
    void a_storyboard_has_its_shots() throws Exception {
        // Given
        Path shots = Files.writeString(
                folder.resolve("shots.json"),
                "[{\"prompt\": \"a ball\", \"seconds\": \"1\"}, {\"prompt\": \"a star\", \"seconds\": 1, \"cut\": false},"
                        + " {\"prompt\": \"a heart\", \"seconds\": \"1\"}]");
        Path out = folder.resolve("story.mp4");

        // When
        generate("a story", "--storyboard", shots.toString(), "--steps", "1", "-o", out.toString());

        // Then
        assertThat(frames(out)).hasSize(9 + 8 + 9);
    }

    @Test
    void a_storyboard_that_is_none_is_refused_by_the_place_that_is_wrong() throws Exception {
        // Given
        Path shots = Files.writeString(
                folder.resolve("bad.json"), "[{\"prompt\": \"a ball\", \"seconds\": \"1\"}, {\"prompt\": \"a star\"}]");

        // When
        Outcome outcome = run(List.of("a story", "--storyboard", shots.toString(), "-o", never()));

        // Then
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.errors()).contains("--storyboard[1].seconds");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--first-frame BAD",
                "--last-frame BAD",
                "--character BAD",
                "--character GOOD --character BAD",
                "--extend BAD",
                "--extend BAD --backward",
                "--loop BAD",
                "--edit BAD",
                "--connect GOOD BAD",
                "--connect BAD GOOD"
            })
    void a_bad_file_is_refused_by_its_option_before_any_work(String options) throws Exception {
        // Given
        byte[] video = Files.readAllBytes(ball);
        boolean still = options.contains("frame");
        Path cut = Files.write(
                folder.resolve("cut"),
                Arrays.copyOf(still ? Files.readAllBytes(picture) : video, still ? 100 : video.length / 2));
        Path text = Files.writeString(folder.resolve("text"), "this is no media");

        for (Path bad : still ? List.of(cut, text) : List.of(cut, text, picture)) {
            // When
            List<String> arguments = new ArrayList<>(List.of("a ball", "-o", never()));
            arguments.addAll(List.of(options.replace("GOOD", ball.toString())
                    .replace("BAD", bad.toString())
                    .split(" ")));
            Outcome outcome = run(arguments);

            // Then
            assertThat(outcome.code()).as(outcome.errors()).isEqualTo(2);
            assertThat(outcome.errors())
                    .startsWith("zoetrope: " + options.split(" ")[0])
                    .doesNotContain("media-reading", "text-encoding");
        }
        assertThat(folder.resolve("never.mp4")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lost.mp4", "lost.png", "lost.jpg"})
    void what_cannot_be_written_in_the_end_is_kept_and_the_message_says_where(String name) throws Exception {
        // Given: the folder where the file is to appear is gone when it is made
        Path target = Files.createDirectory(folder.resolve("target-" + name));
        Runnable spoil = () -> deleteAllIn(target);
        boolean still = !name.endsWith(".mp4");

        // When
        Outcome outcome = run(
                List.of("a ball", "--frames", still ? "1" : "5", "--steps", "1", "-o", target.resolve(name) + ""),
                "assembling",
                spoil);

        // Then
        assertThat(outcome.code()).isEqualTo(1);
        Matcher kept = Pattern.compile(name + " cannot be written: .*; what was made is kept in (.+)\n")
                .matcher(outcome.errors());
        assertThat(kept.find()).as(outcome.errors()).isTrue();
        Path made = Path.of(kept.group(1));
        if (still) {
            assertThat(ImageReader.read(made, MediaLimits.PICTURE).shape()).containsExactly(64, 64, 3);
        } else {
            assertThat(VideoProbe.probe(made).frames()).isEqualTo(5);
        }
        assertThat(made).hasParent(Path.of(System.getProperty("java.io.tmpdir")));
        Files.delete(made);
    }

    @Test
    void empty_and_endless_prompts_are_refused() {
        String out = folder.resolve("never.mp4").toString();
        assertThat(run(List.of(" ", "-o", out)).errors())
                .contains("--prompt: expected 1 to 32000 characters, came 1, all blank");
        assertThat(run(List.of("x".repeat(40_000), "-o", out)).errors())
                .contains("--prompt: expected 1 to 32000 characters, came 40000");
    }

    private record Outcome(int code, String errors) {}

    private static void generate(String... arguments) {
        Outcome outcome = run(List.of(arguments));
        assertThat(outcome.code()).as(outcome.errors()).isZero();
    }

    private static Outcome run(List<String> arguments) {
        return run(arguments, "never said", () -> {});
    }

    /** @param spoil done as soon as {@code word} is told */
    private static Outcome run(List<String> arguments, String word, Runnable spoil) {
        List<String> all = new ArrayList<>(List.of("generate", "--in-process", "--models", "../models"));
        all.addAll(arguments);
        PrintStream before = System.err;
        ByteArrayOutputStream errors = new ByteArrayOutputStream() {
            @Override
            public void flush() {
                if (toString(StandardCharsets.UTF_8).contains(word)) spoil.run();
            }
        };
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            int code = Main.run(all.toArray(String[]::new));
            return new Outcome(code, errors.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }

    private static String never() {
        return folder.resolve("never.mp4").toString();
    }

    private static void deleteAllIn(Path target) {
        try (Stream<Path> all = Files.walk(target)) {
            all.sorted(Comparator.reverseOrder())
                    .filter(path -> !path.equals(target))
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
