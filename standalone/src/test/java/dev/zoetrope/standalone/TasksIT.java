package dev.zoetrope.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaTarget;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.reading.VideoInfo;
import dev.zoetrope.codec.reading.VideoProbe;
import dev.zoetrope.codec.reading.VideoReader;
import dev.zoetrope.codec.untrusted.ImageReader;
import dev.zoetrope.codec.untrusted.UntrustedMediaReader;
import dev.zoetrope.codec.writing.ImageWriter;
import dev.zoetrope.codec.writing.VideoWriter;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelLibrary;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.tensors.HostTensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each task through the public API against toybox, with a property measured on the decoded video. {@code docs/tasks.md} has the table
 * that this prints.
 *
 * <p>"Round trip" is encode → decode by the model's autoencoder in this process: no model can return a given picture better than that.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TasksIT {
    private static final Duration PATIENCE = Duration.ofMinutes(6);
    private static final String BALL = "a big red ball moves right over the sea";
    private static final int STEPS = 6;
    /** As many as the model's card says, where it is the model's motion that is measured. */
    private static final int MODEL_STEPS = 20;
    /** What H.264 may take from a picture that the model returns, in dB. */
    private static final double CODEC_MARGIN = 1;

    /** Seeds from which a seam is judged: with one, a bound may hold by luck. */
    private static final int SEEDS = 5;
    /** The largest step at a seam, in median steps of its clip: of any seed, and of the seed in the middle. */
    private static final double WORST_SEAM = 3;

    private static final double MEDIAN_SEAM = 2;
    /** The largest step within a second of a seam: a jump that is faded over a few frames is still one. */
    private static final double WORST_BESIDE = 5;
    /** Frames of a second. */
    private static final int BESIDE = 8;

    private static final Figures FIGURES = new Figures();

    @TempDir
    static Path folder;

    private static OneProcess mesh;
    private static Api api;
    private static VideoAutoencoder autoencoder;
    private static Made source;
    private static Made eight;

    /** A completed video. */
    private record Made(String id, Path file, Clip clip) {}

    @BeforeAll
    static void start() throws Exception {
        mesh = OneProcess.start(folder, PATIENCE);
        api = mesh.api();
        ModelLibrary.Model toybox = ModelLibrary.open(OneProcess.models()).model("toybox");
        autoencoder = toybox.family().autoencoder(toybox.folder(), EngineSettings.DEFAULT);
        source = made(api.post("/v1/videos", Map.of("prompt", BALL, "seconds", "4", "seed", 42, "steps", MODEL_STEPS)));
        eight = made(api.post("/v1/videos", Map.of("prompt", BALL, "seconds", "8", "seed", 1, "steps", 2)));
    }

    @AfterAll
    static void stop() {
        if (autoencoder != null) autoencoder.close();
        if (mesh != null) mesh.close();
        FIGURES.print();
    }

    @Test
    @Order(1)
    void a_minute_by_windows_takes_the_memory_of_eight_seconds() throws Exception {
        // Given
        long before = mesh.process().peakMebibytes();

        // When
        Made minute = made(api.post("/v1/videos", Map.of("prompt", BALL, "seconds", "60", "seed", 1, "steps", 2)));

        // Then
        long after = mesh.process().peakMebibytes();
        FIGURES.add(
                "long video",
                "`seconds: 60`, 64x64",
                "frames; peak memory of the process (VmHWM) after 8 s and after 60 s",
                "%d; %d and %d MiB",
                minute.clip().length(),
                before,
                after);
        assertThat(eight.clip().length()).isEqualTo(65);
        assertThat(minute.clip().length()).isEqualTo(481);
        assertThat(after).isLessThan(before + 150);
    }

    @Test
    @Order(2)
    void a_given_first_frame_comes_back() throws Exception {
        // Given
        HostTensor picture = GivenPictures.ball(64, 64, 0.4);

        // When
        Made video = made(api.form(
                "/v1/videos",
                Map.of(
                        "prompt",
                        BALL,
                        "seconds",
                        "4",
                        "seed",
                        1,
                        "steps",
                        STEPS,
                        "input_reference",
                        ImageWriter.png(picture))));

        // Then
        Comparison first = comparison(video.clip().frame(0), picture);
        FIGURES.add("image to video", "`input_reference` (PNG)", "first frame: " + Comparison.SAID, first.toString());
        assertThat(first.came()).isGreaterThan(first.roundTrip() - CODEC_MARGIN);
        assertThat(video.clip().length()).isEqualTo(33);
    }

    @Test
    @Order(3)
    void given_first_and_last_frames_come_back() throws Exception {
        // Given
        HostTensor first = GivenPictures.ball(64, 64, 0.3);
        HostTensor last = GivenPictures.ball(64, 64, 0.6);

        // When
        List<Made> videos = new ArrayList<>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            videos.add(made(api.form(
                    "/v1/videos",
                    Map.of(
                            "prompt",
                            BALL,
                            "seconds",
                            "4",
                            "seed",
                            seed,
                            "steps",
                            STEPS,
                            "input_reference",
                            ImageWriter.png(first),
                            "last_frame",
                            ImageWriter.png(last)))));
        }

        // Then
        List<Comparison> starts = videos.stream()
                .map(video -> comparison(video.clip().frame(0), first))
                .toList();
        List<Comparison> ends = videos.stream()
                .map(video -> comparison(video.clip().last(), last))
                .toList();
        FIGURES.add(
                "first and last frame",
                "`input_reference`, `last_frame`",
                "first frame, worst of seeds 1 to 5; round trip",
                worst(starts).toString());
        FIGURES.add(
                "",
                "",
                "last frame, worst of seeds 1 to 5; round trip",
                worst(ends).toString());
        Spread approach = Spread.of(
                videos,
                video -> video.clip().part(28, 33).largestStep() / video.clip().medianStep());
        FIGURES.add(
                "", "", "largest step into the last four frames, of the clip's median step", "%s", approach.toString());
        assertThat(worst(starts).came()).isGreaterThan(worst(starts).roundTrip() - CODEC_MARGIN);
        assertThat(worst(ends).came()).isGreaterThan(worst(ends).roundTrip() - CODEC_MARGIN);
        // The picture is put in its place, so its PSNR says only that; this says that the video comes to it.
        assertThat(approach.worst()).isLessThan(WORST_SEAM);
        assertThat(videos).allSatisfy(video -> assertThat(video.clip().length()).isEqualTo(33));
    }

    @Test
    @Order(4)
    void an_extension_keeps_the_original_and_goes_on_from_it() throws Exception {
        // When
        List<Made> videos = ofSeeds(
                7,
                "/v1/videos/extensions",
                Map.of("prompt", BALL, "video", Map.of("id", source.id()), "seconds", "4", "steps", MODEL_STEPS));

        // Then
        kept("extension forward", "`extensions`, `seconds: 4`", videos, clip -> clip.part(0, 33), source);
        follows("first new frame", videos, 33);
        assertThat(videos).allSatisfy(video -> assertThat(video.clip().length()).isEqualTo(65));
    }

    @Test
    @Order(5)
    void an_extension_backward_keeps_the_original_and_leads_up_to_it() throws Exception {
        // When
        List<Made> videos = ofSeeds(
                7,
                "/v1/videos/extensions",
                Map.of(
                        "prompt",
                        BALL,
                        "video",
                        Map.of("id", source.id()),
                        "seconds",
                        "4",
                        "steps",
                        MODEL_STEPS,
                        "direction",
                        "backward"));

        // Then
        kept("extension backward", "`direction: backward`", videos, clip -> clip.part(32, 65), source);
        follows("the original's first frame", videos, 32);
        follows("the second window's first frame", videos, 8);
        assertThat(videos).allSatisfy(video -> assertThat(video.clip().length()).isEqualTo(65));
    }

    @Test
    @Order(6)
    void a_connection_keeps_both_videos_and_flows_from_one_into_the_other() throws Exception {
        // Given
        Made to =
                made(api.post("/v1/videos", Map.of("prompt", BALL, "seconds", "4", "seed", 43, "steps", MODEL_STEPS)));
        Map<String, Object> wish = new HashMap<>(Map.of(
                "prompt", BALL, "steps", MODEL_STEPS, "from", Map.of("id", source.id()), "to", Map.of("id", to.id())));

        // When
        wish.put("seconds", "2");
        List<Made> one = ofSeeds(7, "/v1/videos/connections", wish);
        wish.put("seconds", "4");
        List<Made> two = ofSeeds(7, "/v1/videos/connections", wish);

        // Then
        assertThat(one).allSatisfy(video -> assertThat(video.clip().length()).isEqualTo(33 + 15 + 33));
        kept("connection", "`connections`, `seconds: 2`", one, clip -> clip.part(0, 33), source);
        kept("", "", one, clip -> clip.part(48, 81), to);
        follows("first frame of the passage", one, 33);
        follows("first frame after it", one, 48);
        assertThat(two).allSatisfy(video -> assertThat(video.clip().length()).isEqualTo(33 + 31 + 33));
        kept("", "`seconds: 4`, by two windows", two, clip -> clip.part(0, 33), source);
        follows("first frame of the passage", two, 33);
        follows("first frame after it", two, 64);
    }

    @Test
    @Order(7)
    void a_loop_flows_from_its_end_into_its_start() throws Exception {
        // When
        List<Made> circles =
                ofSeeds(3, "/v1/videos", Map.of("prompt", BALL, "seconds", "4", "steps", MODEL_STEPS, "loop", true));
        List<Made> bridged =
                ofSeeds(3, "/v1/videos", Map.of("prompt", BALL, "seconds", "6", "steps", MODEL_STEPS, "loop", true));

        // Then
        FIGURES.add("loop", "`loop: true`, 4 s and 6 s", "frames", "%d; %d", length(circles), length(bridged));
        follows("4 s: last frame into the first", around(circles), 32);
        follows("6 s, by two windows: last frame into the first", around(bridged), 48);
        assertThat(length(circles)).isEqualTo(32);
        assertThat(length(bridged)).isEqualTo(48);
    }

    @Test
    @Order(8)
    void an_edit_of_no_strength_returns_the_video() throws Exception {
        // When
        Made edited = made(edit(source, "a blue cube turns left at night", 0));
        Made longer = made(edit(eight, "a blue cube turns left at night", 0));

        // Then
        Comparison short4 = comparison(edited.clip(), source);
        Comparison long8 = comparison(longer.clip(), eight);
        FIGURES.add("edit", "`strength: 0`, 4 s", "all frames: " + Comparison.SAID, short4.toString());
        FIGURES.add("", "`strength: 0`, 8 s by windows", "all frames", long8.toString());
        assertThat(short4.came()).isGreaterThan(short4.roundTrip() - CODEC_MARGIN);
        assertThat(long8.came()).isGreaterThan(long8.roundTrip() - CODEC_MARGIN);
    }

    @Test
    @Order(9)
    void an_edit_of_full_strength_ignores_the_video() throws Exception {
        // Given
        String prompt = "a blue cube turns left at night";
        Made unconditioned =
                made(api.post("/v1/videos", Map.of("prompt", prompt, "seconds", "4", "seed", 5, "steps", STEPS)));

        // When
        Made edited = made(edit(source, prompt, 1));

        // Then
        boolean same = edited.clip().sameAs(unconditioned.clip());
        FIGURES.add("", "`strength: 1`", "equal, pixel for pixel, to text to video of the same seed", "%s", same);
        assertThat(same).isTrue();
    }

    @Test
    @Order(10)
    void a_storyboard_cuts_where_it_says_and_nowhere_else() throws Exception {
        // When
        Made video = made(api.post(
                "/v1/videos",
                Map.of(
                        "prompt",
                        "a story",
                        "seed",
                        11,
                        "steps",
                        STEPS,
                        "storyboard",
                        List.of(
                                Map.of("prompt", "a big red ball moves right at night", "seconds", "2"),
                                Map.of(
                                        "prompt",
                                        "a big blue star stays still in the desert",
                                        "seconds",
                                        "2",
                                        "cut",
                                        true),
                                Map.of(
                                        "prompt",
                                        "a big blue star shakes in the desert",
                                        "seconds",
                                        "2",
                                        "cut",
                                        false)))));

        // Then
        Clip clip = video.clip();
        double median = clip.medianStep();
        FIGURES.add(
                "storyboard",
                "three shots of 2 s, the third with `cut: false`",
                "step at the cut (frame 17), at the continuation (frame 34), largest other; of the median step",
                "%.1f, %.1f, %.1f",
                clip.step(17) / median,
                clip.step(34) / median,
                Math.max(clip.part(0, 17).largestStep(), clip.part(17, 50).largestStep()) / median);
        assertThat(clip.length()).isEqualTo(17 + 17 + 16);
        assertThat(clip.step(17)).isEqualTo(clip.largestStep()).isGreaterThan(4 * median);
        assertThat(clip.step(34)).isLessThan(clip.step(17) / 2);
    }

    @ParameterizedTest
    @Order(11)
    @CsvSource({"96x64", "64x96", "128x64", "144x80"})
    void any_size_that_the_grid_admits_is_made(String size) throws Exception {
        // When
        Made video = made(api.post("/v1/videos", Map.of("prompt", BALL, "size", size, "seconds", "1", "steps", 2)));

        // Then
        VideoInfo info = VideoProbe.probe(video.file());
        FIGURES.add("any size", "`size: " + size + "`", "size of the video", "%dx%d", info.width(), info.height());
        assertThat(info.width() + "x" + info.height()).isEqualTo(size);
        assertThat(info.frames()).isEqualTo(9);
    }

    @ParameterizedTest
    @Order(12)
    @CsvSource(
            delimiter = ';',
            value = {
                "size; 72x64",
                "size; 64x65",
                "size; 0x64",
                "size; 100000x64",
                "seconds; 0.3",
                "frames; 34",
                "frames; 0",
                "steps; 0",
                "guidance; 0.5"
            })
    void what_the_grid_does_not_admit_is_refused(String parameter, String value) throws Exception {
        // Given: a number as JSON's number, else the type would be what is refused
        Object sent = parameter.equals("size") || parameter.equals("seconds") ? value : Double.valueOf(value);
        if (sent instanceof Double number && number % 1 == 0) sent = number.intValue();

        // When
        Api.Answer answer = api.post("/v1/videos", Map.of("prompt", BALL, parameter, sent));

        // Then
        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().at("/error/param").asText()).isEqualTo(parameter);
        assertThat(answer.json().at("/error/message").asText()).contains("expected");
    }

    @Test
    @Order(13)
    void a_turned_jpeg_stands_upright_in_the_video() throws Exception {
        // Given
        HostTensor upright = GivenPictures.ball(96, 64, 0.4);

        // When
        Made video = made(api.form(
                "/v1/videos",
                Map.of(
                        "prompt",
                        BALL,
                        "seconds",
                        "1",
                        "seed",
                        1,
                        "steps",
                        2,
                        "size",
                        "64x96",
                        "input_reference",
                        GivenPictures.turnedJpeg(upright))));

        // Then
        Comparison first = comparison(video.clip().frame(0), upright);
        FIGURES.add("user media", "JPEG on its side, EXIF orientation 6", "first frame", first.toString());
        assertThat(first.came()).isGreaterThan(first.roundTrip() - CODEC_MARGIN);
    }

    @Test
    @Order(14)
    void a_webp_in_a_data_url_is_the_first_frame() throws Exception {
        // Given
        HostTensor picture = GivenPictures.ball(64, 64, 0.4);
        String url = "data:image/webp;base64," + Base64.getEncoder().encodeToString(ImageWriter.losslessWebp(picture));

        // When
        Made video = made(api.post(
                "/v1/videos",
                Map.of(
                        "prompt",
                        BALL,
                        "seconds",
                        "1",
                        "seed",
                        1,
                        "steps",
                        2,
                        "input_reference",
                        Map.of("image_url", url))));

        // Then
        Comparison first = comparison(video.clip().frame(0), picture);
        FIGURES.add("", "WebP in a data URL", "first frame", first.toString());
        assertThat(first.came()).isGreaterThan(first.roundTrip() - CODEC_MARGIN);
    }

    @Test
    @Order(15)
    void a_phones_video_of_an_odd_rate_is_turned_resampled_and_gone_on_from() throws Exception {
        // Given
        Path phone = Path.of("../codec/src/test/resources/samples/phone.mp4");
        VideoFormat format = VideoFormat.of(64, 96, 8);
        Clip upright = read(phone, MediaTarget.of(format, Fit.COVER));
        Clip written = written(upright, format);

        // When
        Made video = made(api.form(
                "/v1/videos/extensions",
                Map.of(
                        "prompt",
                        BALL,
                        "seconds",
                        "1",
                        "seed",
                        1,
                        "steps",
                        2,
                        "size",
                        "64x96",
                        "video",
                        Files.readAllBytes(phone))));

        // Then
        Clip shown = video.clip().part(0, upright.length());
        FIGURES.add(
                "",
                "extension of H.264, 96x64 turned by 90°, 30000/1001 fps",
                "its frames, upright at 8 fps; equal, pixel for pixel, to them after H.264 (%.1f dB)"
                        .formatted(written.psnr(upright)),
                "%d; %s",
                shown.length(),
                shown.sameAs(written));
        assertThat(video.clip().length()).isEqualTo(upright.length() + 8);
        assertThat(shown.sameAs(written)).isTrue();
    }

    @Test
    @Order(16)
    void a_still_image_is_made_far_above_the_trained_size() throws Exception {
        // Given
        Map<String, Object> wish =
                Map.of("prompt", BALL, "size", "512x512", "seed", 1, "steps", 2, "response_format", "b64_json");

        // When
        byte[] png = image(wish);
        byte[] again = image(wish);

        // Then
        HostTensor picture = ImageReader.read(png, MediaLimits.PICTURE);
        FIGURES.add(
                "still image",
                "`images/generations`, `size: 512x512`",
                "size; the same bytes when made again",
                "%dx%d; %s; peak memory of the process %d MiB",
                picture.size(1),
                picture.size(0),
                Arrays.equals(png, again),
                mesh.process().peakMebibytes());
        assertThat(picture.shape()).containsExactly(512, 512, 3);
        assertThat(again).isEqualTo(png);
    }

    @Test
    @Order(17)
    void a_video_keeps_to_its_characters() throws Exception {
        // Given
        Made sitter = made(api.post(
                "/v1/videos", Map.of("prompt", "a blue ball stays still on black", "seed", 1, "steps", STEPS)));
        String character = api.form(
                        "/v1/videos/characters", Map.of("name", "Blue", "video", Files.readAllBytes(sitter.file())))
                .id();
        Map<String, Object> wish = Map.of("prompt", "a ball moves right at night", "seconds", "4", "steps", STEPS);
        Map<String, Object> naming = new HashMap<>(wish);
        naming.put("characters", List.of(Map.of("id", character)));

        // When
        List<Made> without = ofSeeds(1, "/v1/videos", wish);
        List<Made> with = ofSeeds(1, "/v1/videos", naming);

        // Then
        ToDoubleFunction<Made> likeness =
                video -> Clip.psnr(video.clip().frame(0), sitter.clip().frame(0));
        Spread unlike = Spread.of(without, likeness);
        Spread like = Spread.of(with, likeness);
        FIGURES.add(
                "characters",
                "`characters: [{id}]`",
                "first frame against the character's picture, in dB, median of seeds 1 to 5; without it",
                "%.1f; %.1f",
                like.median(),
                unlike.median());
        assertThat(length(with)).isEqualTo(33);
        assertThat(like.median()).isGreaterThan(unlike.median() + 1);
    }

    private static byte[] image(Map<String, Object> wish) throws Exception {
        Api.Answer answer = api.post("/v1/images/generations", wish);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return Base64.getDecoder().decode(answer.json().at("/data/0/b64_json").asText());
    }

    private static Api.Answer edit(Made video, String prompt, double strength) throws Exception {
        return api.post(
                "/v1/videos/edits",
                Map.of(
                        "prompt",
                        prompt,
                        "video",
                        Map.of("id", video.id()),
                        "strength",
                        strength,
                        "seed",
                        5,
                        "steps",
                        STEPS));
    }

    private static Made made(Api.Answer accepted) throws Exception {
        String id = accepted.id();
        api.await(id, PATIENCE, "completed");
        Path file = api.download(id, folder.resolve(id + ".mp4"));
        return new Made(id, file, Clip.of(file));
    }

    /** The same wish with as many seeds as a measure takes, from one on. */
    private static List<Made> ofSeeds(int first, String path, Map<String, Object> wish) throws Exception {
        List<Api.Answer> accepted = new ArrayList<>();
        for (int i = 0; i < SEEDS; i++) {
            Map<String, Object> seeded = new HashMap<>(wish);
            seeded.put("seed", first + i);
            accepted.add(api.post(path, seeded));
        }
        List<Made> made = new ArrayList<>();
        for (Api.Answer answer : accepted) made.add(made(answer));
        return made;
    }

    /** Checks that a part of each is the given video, pixel for pixel. */
    private static void kept(String task, String request, List<Made> videos, UnaryOperator<Clip> part, Made given) {
        boolean same =
                videos.stream().allMatch(video -> part.apply(video.clip()).sameAs(given.clip()));
        FIGURES.add(task, request, "original frames equal, pixel for pixel", "%s", same);
        assertThat(same).isTrue();
    }

    /**
     * Measures the step into a frame against the clip's own median; and the largest beside it, for a jump that is only put off.
     */
    private static void follows(String what, List<Made> videos, int frame) {
        Spread seam = Spread.of(
                videos, video -> video.clip().step(frame) / video.clip().medianStep());
        Spread beside = Spread.of(videos, video -> {
            Clip clip = video.clip();
            Clip near = clip.part(Math.max(0, frame - BESIDE), Math.min(clip.length(), frame + BESIDE));
            return near.largestStep() / clip.medianStep();
        });
        FIGURES.add(
                "", "", what + ": step, of the clip's median step; largest within a second", "%s; %s", seam, beside);
        assertThat(seam.worst()).as(what).isLessThan(WORST_SEAM);
        assertThat(seam.median()).as(what).isLessThan(MEDIAN_SEAM);
        assertThat(beside.worst()).as(what).isLessThan(WORST_BESIDE);
    }

    /** Each with its first frame once more behind its last. */
    private static List<Made> around(List<Made> loops) {
        return loops.stream()
                .map(loop -> {
                    List<byte[]> frames = new ArrayList<>(loop.clip().frames());
                    frames.add(loop.clip().frame(0));
                    return new Made(loop.id(), loop.file(), new Clip(frames));
                })
                .toList();
    }

    private static int length(List<Made> videos) {
        int[] lengths = videos.stream()
                .mapToInt(video -> video.clip().length())
                .distinct()
                .toArray();
        assertThat(lengths).hasSize(1);
        return lengths[0];
    }

    /** A figure over seeds. */
    private record Spread(double median, double worst) {
        static Spread of(List<Made> videos, ToDoubleFunction<Made> figure) {
            double[] sorted = videos.stream().mapToDouble(figure).sorted().toArray();
            return new Spread(sorted[sorted.length / 2], sorted[sorted.length - 1]);
        }

        @Override
        public String toString() {
            return "%.2f, worst %.2f".formatted(median, worst);
        }
    }

    private static Comparison worst(List<Comparison> comparisons) {
        return comparisons.stream()
                .min(Comparator.comparingDouble(Comparison::came))
                .orElseThrow();
    }

    /**
     * How well a picture came back, in dB of PSNR against it.
     *
     * @param came in the video
     * @param roundTrip by encode → decode alone
     */
    private record Comparison(double came, double roundTrip) {
        static final String SAID = "PSNR against the given; round trip";

        @Override
        public String toString() {
            return "%.1f dB; %.1f dB".formatted(came, roundTrip);
        }
    }

    private static Comparison comparison(byte[] came, HostTensor picture) {
        HostTensor frame = HostTensor.of(picture.dtype(), picture.data(), 1, picture.size(0), picture.size(1), 3);
        Clip given = Clip.of(frame);
        return new Comparison(Clip.psnr(came, given.frame(0)), roundTrip(frame).psnr(given));
    }

    private static Comparison comparison(Clip came, Made given) {
        Clip roundTrip =
                roundTrip(VideoReader.readAll(given.file(), given.clip().length()));
        return new Comparison(came.psnr(given.clip()), roundTrip.psnr(given.clip()));
    }

    private static Clip roundTrip(HostTensor frames) {
        List<byte[]> decoded = new ArrayList<>();
        autoencoder.decode(
                autoencoder.encode(List.of(frames).iterator(), Tiling.NONE),
                Tiling.NONE,
                chunk -> decoded.addAll(Clip.of(chunk).frames()));
        return new Clip(decoded);
    }

    /** What is left of frames after H.264. */
    private static Clip written(Clip frames, VideoFormat format) {
        Path file = folder.resolve("written.mp4");
        try (VideoWriter writer = VideoWriter.create(file, format)) {
            for (byte[] frame : frames.frames()) {
                writer.write(HostTensor.ofBytes(frame, 1, format.height(), format.width(), 3));
            }
            writer.finish();
        }
        return Clip.of(file);
    }

    private static Clip read(Path file, MediaTarget target) {
        List<byte[]> frames = new ArrayList<>();
        try (UntrustedMediaReader reader = UntrustedMediaReader.open(file, target, MediaLimits.VIDEO)) {
            for (var chunk = reader.read(16); chunk.isPresent(); chunk = reader.read(16)) {
                frames.addAll(Clip.of(chunk.get()).frames());
            }
        }
        return new Clip(frames);
    }
}
