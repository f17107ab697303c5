package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.End;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Start;
import dev.zoetrope.contracts.Task;
import dev.zoetrope.gateway.Client.Answer;
import dev.zoetrope.gateway.Client.Nameless;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
class InputMediaTest {
    @TestHTTPResource
    URI base;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(base);
        eventually(() -> client.get("/v1/models").json().get("data").size() == 1);
    }

    @Test
    void a_first_frame_comes_as_upload_file_or_data_url_and_is_read_before_the_prompt() {
        // Given
        byte[] picture = picture();
        String file = client.form("/v1/files", "purpose", "vision", "file", picture)
                .json()
                .get("id")
                .asText();
        String url = "data:image/png;base64," + Base64.getEncoder().encodeToString(picture);

        // When
        List<Answer> answers = List.of(
                client.form("/v1/videos", "prompt", "a", "seconds", "4", "steps", "5", "input_reference", picture),
                client.form("/v1/videos", "prompt", "a", "input_reference[file_id]", file),
                client.form("/v1/videos", "prompt", Nameless.of("a"), "input_reference[file_id]", Nameless.of(file)),
                client.form("/v1/videos", "prompt", "a", "input_reference[image_url]", Nameless.of(url)),
                client.form("/v1/videos", "prompt", "a", "input_reference", new Nameless(picture)),
                client.post(
                        "/v1/videos",
                        "{\"prompt\": \"a\", \"input_reference\": {\"image_url\": \"%s\"}}".formatted(url)));

        // Then
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            JobSpec spec = spec(answer);
            assertThat(firstFrame(spec).bytes()).isEqualTo(picture.length);
            assertThat(spec.segment(0).start()).isEqualTo(new Start.Picture(Role.FIRST_FRAME));
            assertThat(spec.segment(0).frames()).isEqualTo(33);
        });
    }

    @Test
    void a_picture_of_many_megabytes_comes_as_a_data_url_of_a_form() {
        // Given
        byte[] picture = noise(1024);
        String url = "data:image/png;base64," + Base64.getEncoder().encodeToString(picture);

        // When
        Answer answer = client.form("/v1/videos", "prompt", "a", "input_reference[image_url]", url);

        // Then
        assertThat(url.length()).isGreaterThan(3 << 20);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(firstFrame(spec(answer)).bytes()).isEqualTo(picture.length);
    }

    @Test
    void a_browsers_recording_without_a_length_is_extended() {
        // Given: two seconds
        byte[] recording = clip("rec.webm", "-c:v", "libvpx", "-f", "webm", "-live", "1");

        // When
        Answer answer = client.form("/v1/videos/extensions", "prompt", "a", "frames", "4", "video", recording);

        // Then: 16 and 4 frames at 8 a second
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().get("seconds").asText()).isEqualTo("2.375");
        assertThat(spec(answer).shownFrames()).isEqualTo(4);
    }

    @Test
    void an_upload_that_is_no_whole_video_is_refused_and_nothing_is_queued() {
        // Given
        byte[] whole = clip("whole.mp4", "-c:v", "libopenh264", "-movflags", "faststart");
        byte[] holed = whole.clone();
        Arrays.fill(holed, whole.length / 2, whole.length * 4 / 5, (byte) 0);
        List<byte[]> bad = List.of(
                Arrays.copyOf(whole, whole.length * 4 / 5),
                holed,
                clip("still.gif", "-frames:v", "1"),
                clip("clip.flv", "-c:v", "flv1"),
                "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n".getBytes(StandardCharsets.UTF_8),
                picture());

        // When
        List<Answer> answers = bad.stream()
                .map(file -> client.form("/v1/videos/extensions", "prompt", "a", "frames", "4", "video", file))
                .toList();

        // Then
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).as(answer.text()).isEqualTo(400);
            assertThat(answer.param()).isEqualTo("video");
            assertThat(answer.message()).startsWith("video: ").doesNotContain("Exception");
        });
    }

    @Test
    void a_phone_s_photo_is_accepted_and_one_that_is_cut_off_or_foreign_is_not() {
        // Given
        byte[] photo = png(new BufferedImage(8064, 6048, BufferedImage.TYPE_BYTE_GRAY));
        byte[] cut = Arrays.copyOf(photo, photo.length / 2);
        byte[] tiff = {'I', 'I', '*', 0, 8, 0, 0, 0};

        // When
        Answer accepted = client.form("/v1/videos", "prompt", "a", "input_reference", photo);
        Answer damaged = client.form("/v1/videos", "prompt", "a", "input_reference", cut);
        Answer foreign = client.form("/v1/videos", "prompt", "a", "input_reference", tiff);

        // Then
        assertThat(accepted.status()).as(accepted.text()).isEqualTo(200);
        assertThat(List.of(damaged.status(), foreign.status())).containsExactly(400, 400);
        assertThat(damaged.message()).contains("input_reference", "cut short");
        assertThat(foreign.message()).contains("TIFF", "export it as JPEG or PNG");
    }

    @Test
    void a_text_is_kept_as_a_file_whether_or_not_its_part_has_a_name() {
        // When
        Answer kept = client.form("/v1/files", "purpose", "vision", "file", Nameless.of("a plain text"));

        // Then
        assertThat(kept.status()).as(kept.text()).isEqualTo(200);
        assertThat(kept.json().get("bytes").asInt()).isEqualTo(12);
    }

    @Test
    void a_storyboard_in_a_form_is_cut_and_continued_where_it_says() {
        // When
        Answer brackets = client.form(
                "/v1/videos",
                "prompt",
                "a story",
                "storyboard[][prompt]",
                "one",
                "storyboard[][prompt]",
                "two",
                "storyboard[][seconds]",
                "4",
                "storyboard[][seconds]",
                "2",
                "storyboard[][cut]",
                "true",
                "storyboard[][cut]",
                "false");

        // Then
        assertThat(brackets.status()).as(brackets.text()).isEqualTo(200);
        JobSpec spec = LocalInfrastructure.stages()
                .orders(Stage.TEXT_ENCODING, brackets.json().get("id").asText())
                .get(0)
                .spec();
        assertThat(spec.segments()).extracting(SegmentSpec::prompt).containsExactly("one", "two");
        assertThat(spec.segments())
                .extracting(SegmentSpec::start)
                .containsExactly(new Start.Free(), new Start.Continuing(0, 13));
        assertThat(spec.segments())
                .extracting(segment -> segment.shown().count())
                .containsExactly(33, 16);
    }

    @Test
    void a_loop_of_a_window_is_one_circle_and_a_longer_one_has_a_last_window_between_its_own_end_and_start() {
        // When
        Answer circle = client.post("/v1/videos", "{\"prompt\": \"a\", \"seconds\": \"4\", \"loop\": true}");
        Answer longer = client.post("/v1/videos", "{\"prompt\": \"a\", \"seconds\": \"5\", \"loop\": true}");

        // Then
        assertThat(circle.status()).as(circle.text()).isEqualTo(200);
        JobSpec one = loop(circle);
        assertThat(one.task()).isEqualTo(new Task.Loop());
        assertThat(one.segments()).hasSize(1);
        assertThat(one.segment(0).frames()).isEqualTo(33);
        assertThat(one.shownFrames()).isEqualTo(32);
        JobSpec two = loop(longer);
        assertThat(two.segments()).hasSize(2);
        assertThat(two.segment(1).start()).isEqualTo(new Start.Continuing(0, 9));
        assertThat(two.segment(1).end()).isEqualTo(new End.Meeting(0, 9));
        assertThat(two.shownFrames()).isEqualTo(40);
    }

    private static JobSpec loop(Answer answer) {
        return LocalInfrastructure.stages()
                .orders(Stage.TEXT_ENCODING, answer.json().get("id").asText())
                .get(0)
                .spec();
    }

    @Test
    void a_video_made_here_is_remixed_edited_extended_and_connected() {
        // Given
        String one = client.completed("{\"prompt\": \"a\"}");
        String two = client.completed("{\"prompt\": \"a\"}");

        // When
        Answer remix = client.post("/v1/videos/%s/remix".formatted(one), "{\"prompt\": \"at night\"}");
        Answer edit = client.form("/v1/videos/edits", "prompt", "at night", "video[id]", one, "strength", "0.5");
        Answer forward = client.form("/v1/videos/extensions", "prompt", "on", "video[id]", one, "seconds", "4");
        Answer backward = client.post(
                "/v1/videos/extensions",
                "{\"prompt\": \"before\", \"video\": {\"id\": \"%s\"}, \"seconds\": \"4\", \"direction\": \"backward\"}"
                        .formatted(one));
        Answer connection = client.post(
                "/v1/videos/connections",
                "{\"prompt\": \"over\", \"from\": {\"id\": \"%s\"}, \"to\": {\"id\": \"%s\"}, \"seconds\": \"2\"}"
                        .formatted(one, two));

        // Then
        assertThat(List.of(remix, edit, forward, backward, connection))
                .allSatisfy(
                        answer -> assertThat(answer.status()).as(answer.text()).isEqualTo(200));
        assertThat(remix.json().get("remixed_from_video_id").asText()).isEqualTo(one);
        assertThat(spec(edit).segment(0).source().strength()).isEqualTo(0.5);
        assertThat(spec(edit).segment(0).frames()).isEqualTo(33);
        assertThat(forward.json().get("seconds").asText()).isEqualTo("8");
        assertThat(spec(forward).segment(0).start()).isEqualTo(new Start.Video(Role.SOURCE, 9));
        assertThat(spec(forward).shownFrames()).isEqualTo(32);
        assertThat(spec(backward).task())
                .isInstanceOfSatisfying(Task.Extend.class, extend -> assertThat(extend.direction())
                        .isEqualTo(Task.Direction.BACKWARD));
        assertThat(spec(backward).segments())
                .extracting(SegmentSpec::end)
                .containsExactly(new End.Meeting(1, 9), new End.Video(Role.SOURCE, 9));
        assertThat(spec(backward).segments())
                .extracting(segment -> segment.shown().count())
                .containsExactly(8, 24);
        assertThat(spec(backward).shownFrames()).isEqualTo(32);
        assertThat(spec(connection).shownFrames()).isEqualTo(15);
        assertThat(connection.json().get("seconds").asText()).isEqualTo("10");
    }

    @Test
    void a_video_goes_on_until_its_own_start_and_is_shown_once() {
        // Given
        String one = client.completed("{\"prompt\": \"a\"}");

        // When
        Answer loop = client.post(
                "/v1/videos/extensions",
                "{\"prompt\": \"on\", \"video\": {\"id\": \"%s\"}, \"frames\": 7, \"loop\": true}".formatted(one));

        // Then
        JobSpec spec = spec(loop);
        assertThat(loop.json().get("seconds").asText()).isEqualTo("4.875");
        assertThat(spec.task()).isInstanceOf(Task.CloseLoop.class);
        assertThat(spec.segments()).singleElement().satisfies(segment -> {
            assertThat(segment.shown().count()).isEqualTo(7);
            assertThat(segment.start()).isEqualTo(new Start.Video(Role.FROM, 9));
            assertThat(segment.end()).isEqualTo(new End.Video(Role.TO, 9));
        });
    }

    @Test
    void how_much_is_new_is_said_once_and_in_what_the_model_makes() {
        // Given
        String one = client.completed("{\"prompt\": \"a\"}");

        // When
        Answer frames = extend(one, "\"frames\": 12");
        Answer odd = extend(one, "\"frames\": 13");
        Answer both = extend(one, "\"frames\": 12, \"seconds\": \"1.5\"");
        Answer none = extend(one, "\"steps\": 2");
        Answer loop = extend(one, "\"frames\": 12, \"loop\": true");
        Answer back = extend(one, "\"frames\": 7, \"loop\": true, \"direction\": \"backward\"");

        // Then
        assertThat(spec(frames).shownFrames()).isEqualTo(12);
        assertThat(odd.message())
                .startsWith("frames: expected 4 k with k from 1 to")
                .contains("such as 12");
        assertThat(both.param()).isEqualTo("frames");
        assertThat(none.param()).isEqualTo("seconds");
        assertThat(loop.message())
                .startsWith("frames: expected 4 k - 1 with k from 1 to")
                .contains("such as 11");
        assertThat(back.param()).isEqualTo("direction");
        assertThat(List.of(odd, both, none, loop, back))
                .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(400));
    }

    private Answer extend(String video, String fields) {
        return client.post(
                "/v1/videos/extensions",
                "{\"prompt\": \"on\", \"video\": {\"id\": \"%s\"}, %s}".formatted(video, fields));
    }

    @Test
    void an_image_is_answered_when_it_is_made() {
        // Given
        Thread worker = new Thread(() -> {
            eventually(() -> images().size() >= 2);
            images().forEach(job -> LocalInfrastructure.stages().completeImage(job, picture()));
        });
        worker.start();

        // When
        Answer answer = client.post(
                "/v1/images/generations", "{\"prompt\": \"a ball\", \"n\": 2, \"response_format\": \"b64_json\"}");

        // Then
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().get("data")).hasSize(2);
        assertThat(Base64.getDecoder()
                        .decode(answer.json().at("/data/0/b64_json").asText()))
                .isEqualTo(picture());
    }

    @Test
    void a_file_is_kept_listed_downloaded_and_deleted() {
        // Given
        String id = client.form("/v1/files", "purpose", "user_data", "file", picture())
                .json()
                .get("id")
                .asText();

        // When
        Answer listed = client.get("/v1/files?limit=1");
        Answer content = client.get("/v1/files/" + id + "/content");
        Answer deleted = client.delete("/v1/files/" + id);

        // Then
        assertThat(listed.json().at("/data/0/id").asText()).isEqualTo(id);
        assertThat(content.body()).isEqualTo(picture());
        assertThat(deleted.json().get("deleted").asBoolean()).isTrue();
        assertThat(client.get("/v1/files/" + id).status()).isEqualTo(404);
    }

    @Test
    void an_edit_says_how_many_of_the_source_s_frames_it_leaves_out(@TempDir Path folder) throws Exception {
        // Given: 33 frames at 8 a second, which are 12 at 3
        byte[] clip = Files.readAllBytes(StockClientsTest.clip(folder));
        String made = client.completed("{\"prompt\": \"a\"}");

        // When
        Answer cut = client.form("/v1/videos/edits", "prompt", "at night", "video", clip, "fps", "3");
        Answer whole = client.form("/v1/videos/edits", "prompt", "at night", "video", clip);
        Answer remix = client.post("/v1/videos/%s/remix".formatted(made), "{\"prompt\": \"at night\"}");
        Answer plain = client.post("/v1/videos", "{\"prompt\": \"a\"}");

        // Then
        assertThat(cut.json().get("frames_dropped").asInt()).as(cut.text()).isEqualTo(3);
        assertThat(client.get("/v1/videos/" + cut.json().get("id").asText())
                        .json()
                        .get("frames_dropped")
                        .asInt())
                .isEqualTo(3);
        assertThat(whole.json().get("frames_dropped").asInt(-1)).isZero();
        assertThat(remix.json().get("frames_dropped").asInt(-1)).isZero();
        assertThat(plain.json().get("frames_dropped").isNull()).isTrue();
    }

    @Test
    void events_tell_each_fact_and_end_with_the_video() {
        // Given
        String id = client.post("/v1/videos", "{\"prompt\": \"a\"}")
                .json()
                .get("id")
                .asText();
        Thread worker = new Thread(() -> {
            sleep(500);
            LocalInfrastructure.stages().complete(id, 1);
        });
        worker.start();

        // When
        Answer events = client.get("/v1/videos/%s/events".formatted(id));

        // Then
        assertThat(events.headers().get("content-type")).startsWith("text/event-stream");
        assertThat(events.text().lines().filter(line -> line.startsWith("event:")))
                .first()
                .isEqualTo("event:video.status");
        assertThat(events.text()).contains("event:video.stage", "event:video.progress", "event:video.completed");
        assertThat(events.text()).contains("\"status\":\"completed\"");
    }

    private static ArtifactRef firstFrame(JobSpec spec) {
        return spec.task().files().get(Role.FIRST_FRAME).get(0);
    }

    private static JobSpec spec(Answer answer) {
        List<Order> orders = LocalInfrastructure.stages()
                .orders(Stage.MEDIA_READING, answer.json().get("id").asText());
        assertThat(orders).hasSize(1);
        return orders.get(0).spec();
    }

    private static List<String> images() {
        return LocalInfrastructure.stages().values(Stage.TEXT_ENCODING.topic()).stream()
                .map(record -> dev.zoetrope.contracts.Codec.ORDERS
                        .decode(record.value())
                        .job())
                .filter(job -> job.startsWith("image_"))
                .toList();
    }

    private static byte[] clip(String name, String... encoder) {
        try {
            Path folder = Files.createTempDirectory("clip");
            Path file = folder.resolve(name);
            List<String> command = new ArrayList<>(
                    List.of(Loader.load(ffmpeg.class), "-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x64:r=24:d=2"));
            command.addAll(List.of(encoder));
            command.add(file.toString());
            int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
            assertThat(exit).isZero();
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            Files.delete(folder);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static byte[] picture() {
        return png(new BufferedImage(80, 60, BufferedImage.TYPE_INT_RGB));
    }

    /** A square picture that does not get smaller. */
    private static byte[] noise(int side) {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(7);
        for (int i = 0; i < side * side; i++) {
            image.setRGB(i % side, i / side, random.nextInt());
        }
        return png(image);
    }

    private static byte[] png(BufferedImage image) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
