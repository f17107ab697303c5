package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.GenerationRequested;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.gateway.ChatEndpoint.Answerer;
import dev.zoetrope.gateway.Client.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
@QuarkusTestResource(value = ChatEndpoint.class, restrictToAnnotatedClass = true)
class ExpansionTest {
    private static final String SHORT = "{\"prompt\": \"a red ball\", \"expand_prompt\": true}";

    @TestHTTPResource
    URI base;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(base);
        eventually(() -> client.get("/v1/models").json().get("data").size() == 1);
        ChatEndpoint.answerWith(ChatEndpoint::echo);
    }

    @Test
    void an_expanded_prompt_is_shown_and_is_what_is_made() {
        // When
        Answer made = client.post("/v1/videos", SHORT);

        // Then
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        assertThat(made.json().get("prompt").asText()).isEqualTo("a red ball");
        assertThat(made.json().get("expanded_prompt").asText()).isEqualTo("CAPTION OF a red ball");
        JobSpec spec = spec(Stage.TEXT_ENCODING, made);
        assertThat(spec.prompt()).isEqualTo("a red ball");
        assertThat(spec.segments()).extracting(SegmentSpec::prompt).containsOnly("CAPTION OF a red ball");
        assertThat(ChatEndpoint.asked()).singleElement().satisfies(asked -> {
            assertThat(asked.path()).isEqualTo("/v1/chat/completions");
            assertThat(asked.authorization()).isEqualTo("Bearer " + ChatEndpoint.KEY);
            assertThat(asked.model()).isEqualTo("writer");
            assertThat(asked.user()).isEqualTo("a red ball");
            assertThat(asked.system()).contains("text-to-video").doesNotContain("first frame");
        });
    }

    @Test
    void the_fact_has_the_caption_so_that_every_gateway_shows_the_same_one_after_any_restart() {
        // Given
        String id = client.post("/v1/videos", SHORT).json().get("id").asText();

        // When
        ChatEndpoint.answerWith((exchange, asked) -> ChatEndpoint.say(exchange, "another caption"));

        // Then
        assertThat(LocalInfrastructure.stages().values(Topics.JOBS))
                .map(record -> Codec.FACTS.decode(record.value()))
                .filteredOn(
                        fact -> fact instanceof Fact.JobAccepted && fact.job().equals(id))
                .singleElement()
                .satisfies(fact -> assertThat(((Fact.JobAccepted) fact).spec().expandedPrompt())
                        .isEqualTo("CAPTION OF a red ball"));
        eventually(() -> client.get("/v1/videos/" + id)
                .json()
                .get("expanded_prompt")
                .asText()
                .equals("CAPTION OF a red ball"));
        assertThat(ChatEndpoint.asked()).isEmpty();
    }

    @Test
    void nothing_is_asked_and_nothing_shown_unless_it_is_wished_for() {
        // When
        Answer silent = client.post("/v1/videos", "{\"prompt\": \"a red ball\"}");
        Answer off = client.post("/v1/videos", "{\"prompt\": \"a red ball\", \"expand_prompt\": false}");

        // Then
        assertThat(List.of(silent, off)).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().get("expanded_prompt").isNull()).isTrue();
        });
        assertThat(ChatEndpoint.asked()).isEmpty();
    }

    @Test
    void each_shot_is_expanded_with_the_whole_story_beside_it() {
        // Given
        ChatEndpoint.answerWith((exchange, asked) -> ChatEndpoint.say(
                exchange,
                "caption of shot " + asked.user().replaceAll("(?s).*Write the caption of shot ([0-9]+).*", "$1")));

        // When
        Answer made = client.post("/v1/videos", """
                {"prompt": "a fox comes home", "expand_prompt": true, "storyboard": [
                  {"prompt": "a fox in snow", "seconds": "8"},
                  {"prompt": "a fox at a door", "seconds": "2", "cut": false},
                  {"prompt": "a fox in snow", "seconds": "2"}]}""");

        // Then
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        assertThat(made.json().get("expanded_prompt").asText()).isEqualTo("caption of shot 1\n\ncaption of shot 2");
        assertThat(spec(Stage.TEXT_ENCODING, made).segments())
                .extracting(SegmentSpec::prompt)
                .startsWith("caption of shot 1", "caption of shot 1")
                .endsWith("caption of shot 2", "caption of shot 1");
        assertThat(ChatEndpoint.asked()).hasSize(2).allSatisfy(asked -> {
            assertThat(asked.user()).contains("a fox comes home", "1. a fox in snow", "2. a fox at a door");
            assertThat(asked.system()).contains("several shots");
        });
    }

    @Test
    void the_language_model_is_told_what_is_given() {
        // Given
        byte[] picture = InputMediaTest.picture();
        String source = client.completed("{\"prompt\": \"a ball\", \"seconds\": \"4\"}");
        String beside = "{\"prompt\": \"at night\", \"expand_prompt\": true, \"video\": {\"id\": \"%s\"}%s}";

        // When
        List<Answer> answers = List.of(
                client.form("/v1/videos", "prompt", "it rolls", "expand_prompt", "true", "input_reference", picture),
                client.form("/v1/videos", "prompt", "it stops", "expand_prompt", "true", "last_frame", picture),
                client.post("/v1/videos", "{\"prompt\": \"it turns\", \"expand_prompt\": true, \"loop\": true}"),
                client.post("/v1/videos/%s/remix".formatted(source), "{\"prompt\": \"blue\", \"expand_prompt\": true}"),
                client.post("/v1/videos/edits", beside.formatted(source, "")),
                client.post("/v1/videos/extensions", beside.formatted(source, ", \"seconds\": \"2\"")),
                client.post(
                        "/v1/videos/extensions",
                        beside.formatted(source, ", \"seconds\": \"2\", \"direction\": \"backward\"")));

        // Then
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.json().get("expanded_prompt").asText()).startsWith("CAPTION OF ");
        });
        assertThat(ChatEndpoint.asked())
                .extracting(asked -> asked.system().substring(asked.system().indexOf("REFUSED.")))
                .satisfiesExactly(
                        told -> assertThat(told).contains("the video's first frame"),
                        told -> assertThat(told).contains("the video's last frame"),
                        told -> assertThat(told).contains("seamless loop"),
                        told -> assertThat(told).contains("changes a given video"),
                        told -> assertThat(told).contains("changes a given video"),
                        told -> assertThat(told).contains("goes on from a given one"),
                        told -> assertThat(told).contains("leads up to a given one"));
    }

    @Test
    void images_have_one_caption_for_all_and_say_it() throws Exception {
        // When
        Answer made;
        try (AutoCloseable working = LocalInfrastructure.stages().completeWhatIsAccepted()) {
            made = client.post(
                    "/v1/images/generations",
                    "{\"prompt\": \"a red ball\", \"n\": 3, \"response_format\": \"b64_json\", \"expand_prompt\": true}");
        }

        // Then
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        assertThat(made.json().get("data").findValuesAsText("revised_prompt"))
                .containsExactly("CAPTION OF a red ball", "CAPTION OF a red ball", "CAPTION OF a red ball");
        assertThat(ChatEndpoint.asked()).singleElement().satisfies(asked -> assertThat(asked.system())
                .contains("one still picture"));
    }

    @Test
    void reasoning_before_a_caption_is_left_away() {
        // Given
        ChatEndpoint.answerWith((exchange, asked) ->
                ChatEndpoint.say(exchange, "<think>What is\nmeant?</think>\n\n A red ball rolls. \n"));

        // When
        Answer made = client.post("/v1/videos", SHORT);

        // Then
        assertThat(made.json().get("expanded_prompt").asText()).isEqualTo("A red ball rolls.");
    }

    /** What a language model may do wrong, and what a client is told. */
    private record Bad(String name, Answerer answerer, int status, String code) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Bad> bad() {
        String away = "expansion_unavailable";
        String failed = "expansion_failed";
        return List.of(
                new Bad("error 500", (http, asked) -> ChatEndpoint.send(http, 500, "{}".getBytes()), 503, away),
                new Bad("error 429", (http, asked) -> ChatEndpoint.send(http, 429, "{}".getBytes()), 503, away),
                new Bad("error 401", (http, asked) -> ChatEndpoint.send(http, 401, "{}".getBytes()), 502, failed),
                new Bad("error 404", (http, asked) -> ChatEndpoint.send(http, 404, "no".getBytes()), 502, failed),
                new Bad("a closed connection", (http, asked) -> http.close(), 503, away),
                new Bad("silence", (http, asked) -> Thread.sleep(60_000), 503, away),
                new Bad("a trickle", ChatEndpoint::trickle, 503, away),
                new Bad("no JSON", (http, asked) -> ChatEndpoint.send(http, 200, "<html>".getBytes()), 502, failed),
                new Bad("nothing", (http, asked) -> ChatEndpoint.send(http, 200, new byte[0]), 502, failed),
                new Bad("no choices", (http, asked) -> ChatEndpoint.send(http, 200, "{}".getBytes()), 502, failed),
                new Bad("a blank caption", (http, asked) -> ChatEndpoint.say(http, " \n"), 502, failed),
                new Bad("no text", (http, asked) -> ChatEndpoint.say(http, null), 502, failed),
                new Bad("40,000 characters", (http, asked) -> ChatEndpoint.say(http, "a".repeat(40_000)), 502, failed),
                new Bad("8 MB", (http, asked) -> ChatEndpoint.say(http, "a".repeat(8 << 20)), 502, failed),
                new Bad("a cut one", (http, asked) -> ChatEndpoint.say(http, "A red", "length", null), 502, failed),
                new Bad("JSON", (http, asked) -> ChatEndpoint.say(http, "{\"error\": \"sorry\"}"), 502, failed),
                new Bad("control characters", (http, asked) -> ChatEndpoint.say(http, "a\u0000b"), 502, failed),
                new Bad("REFUSED", (http, asked) -> ChatEndpoint.say(http, "REFUSED"), 400, "expansion_refused"),
                new Bad(
                        "a refusal",
                        (http, asked) -> ChatEndpoint.say(http, null, "stop", "I cannot help with that."),
                        400,
                        "expansion_refused"),
                new Bad(
                        "a content filter",
                        (http, asked) -> ChatEndpoint.say(http, "A r", "content_filter", null),
                        400,
                        "expansion_refused"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void no_caption_is_an_error_in_the_one_shape_within_the_deadline_and_nothing_is_queued(Bad bad) {
        // Given
        ChatEndpoint.answerWith(bad.answerer());
        int queued = queued();
        Instant start = Instant.now();

        // When
        Answer answer = client.post("/v1/videos", SHORT);

        // Then
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
        assertThat(answer.status()).as(answer.text()).isEqualTo(bad.status());
        assertThat(answer.json().at("/error/code").asText()).isEqualTo(bad.code());
        assertThat(answer.param()).isEqualTo(bad.status() == 400 ? "prompt" : "expand_prompt");
        assertThat(queued()).isEqualTo(queued);
    }

    @Test
    void a_slow_language_model_holds_up_nobody_who_did_not_ask_for_it() throws Exception {
        // Given
        ChatEndpoint.answerWith((exchange, asked) -> Thread.sleep(60_000));
        List<Thread> asking = java.util.stream.IntStream.range(0, 40)
                .mapToObj(i -> new Thread(() -> client.post("/v1/videos", SHORT)))
                .toList();
        asking.forEach(Thread::start);
        eventually(() -> ChatEndpoint.asked().size() >= 16);

        // When
        Instant start = Instant.now();
        Answer other = client.post("/v1/videos", "{\"prompt\": \"a red ball\"}");
        Duration took = Duration.between(start, Instant.now());

        // Then
        assertThat(other.status()).isEqualTo(200);
        assertThat(took).isLessThan(Duration.ofSeconds(1));
        for (Thread thread : asking) {
            thread.join();
        }
        assertThat(ChatEndpoint.asked()).hasSizeLessThanOrEqualTo(32);
    }

    @Test
    void what_else_is_wrong_with_a_request_is_said_before_anybody_is_asked() {
        // When
        List<Answer> answers = List.of(
                client.post("/v1/videos", "{\"prompt\": \"a\", \"expand_prompt\": true, \"size\": \"65x64\"}"),
                client.post("/v1/videos", "{\"prompt\": \"a\", \"expand_prompt\": \"yes\"}"),
                client.post("/v1/videos", "{\"prompt\": \"a\", \"expand_prompt\": 1}"),
                client.post("/v1/videos", "{\"prompt\": \"%s\", \"expand_prompt\": true}".formatted("a".repeat(9_000))),
                client.form(
                        "/v1/videos",
                        "prompt",
                        "a",
                        "expand_prompt",
                        "true",
                        "input_reference",
                        "no picture".getBytes(StandardCharsets.UTF_8)));

        // Then
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(400))
                .extracting(Answer::param)
                .containsExactly("size", "expand_prompt", "expand_prompt", "prompt", "input_reference");
        assertThat(ChatEndpoint.asked()).isEmpty();
    }

    @Test
    void an_event_is_expanded_too_and_fails_for_good_when_it_cannot_be() {
        // Given
        GenerationRequested good = request();
        GenerationRequested bad = request();

        // When
        OutsideEvents.send(good);
        eventually(() -> client.get("/v1/videos/" + good.job()).status() == 200);
        ChatEndpoint.answerWith((exchange, asked) -> ChatEndpoint.send(exchange, 500, new byte[0]));
        OutsideEvents.send(bad);

        // Then
        assertThat(client.get("/v1/videos/" + good.job())
                        .json()
                        .get("expanded_prompt")
                        .asText())
                .isEqualTo("CAPTION OF a red ball");
        eventually(() -> failed(bad.job()));
    }

    private static boolean failed(String job) {
        return LocalInfrastructure.stages().values(Topics.JOBS).stream()
                .map(record -> Codec.FACTS.decode(record.value()))
                .anyMatch(fact -> fact instanceof Fact.JobFailed failure
                        && failure.job().equals(job)
                        && failure.code() == ProblemCode.EXPANSION_FAILED);
    }

    private static GenerationRequested request() {
        return OutsideEvents.request(null, "{\"prompt\": \"a red ball\", \"seconds\": \"4\", \"expand_prompt\": true}");
    }

    private static JobSpec spec(Stage stage, Answer answer) {
        return LocalInfrastructure.stages()
                .orders(stage, answer.json().get("id").asText())
                .get(0)
                .spec();
    }

    private static int queued() {
        return LocalInfrastructure.stages().values(Stage.TEXT_ENCODING.topic()).size();
    }
}
