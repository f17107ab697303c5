package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.Stage;
import dev.zoetrope.gateway.Client.Answer;
import dev.zoetrope.gateway.Client.Nameless;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What clients get wrong: each is told so, with the parameter's name, and nothing of it reaches a queue. */
@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
class BadInputsTest {
    private static final String UNKNOWN = "video_01k0zn4b6f3q8w2x5y7t9r1e0d";

    @TestHTTPResource
    URI base;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(base);
        eventually(() -> client.get("/v1/models").json().get("data").size() == 1);
    }

    /** A bad body, the parameter that the answer has to name ("null" for the body as a whole), and the path. */
    private record Bad(String path, String body, String param, int status) {}

    @Test
    void each_of_the_bad_json_bodies_is_refused_by_name_and_nothing_is_queued() {
        // Given
        List<Bad> bad = new ArrayList<>();
        create(bad, "", "null");
        create(bad, "not json", "null");
        create(bad, "[]", "null");
        create(bad, "\"text\"", "null");
        create(bad, "{\"prompt\": \"a\"", "null");
        create(bad, "{\"prompt\": \"a\"} {}", "null");
        create(bad, "{\"prompt\": \"a\", \"prompt\": \"b\"}", "null");
        create(bad, "{" + "\"a\":{".repeat(100) + "}".repeat(101), "null");
        create(bad, "{}", "prompt");
        create(bad, "{\"prompt\": null}", "prompt");
        create(bad, "{\"prompt\": \"\"}", "prompt");
        create(bad, "{\"prompt\": \"   \"}", "prompt");
        create(bad, "{\"prompt\": 7}", "prompt");
        create(bad, "{\"prompt\": [\"a\"]}", "prompt");
        create(bad, "{\"prompt\": {\"text\": \"a\"}}", "prompt");
        create(bad, "{\"prompt\": \"" + "a".repeat(33_000) + "\"}", "prompt");
        create(bad, "{\"prompt\": \"a\\u0000b\"}", "prompt");
        create(bad, "{\"prompt\": \"a\\ud800b\"}", "prompt");
        with(bad, "\"model\": \"sora-2\"", "model", 404);
        with(bad, "\"model\": 3", "model");
        with(bad, "\"model\": \"\"", "model");
        with(bad, "\"model\": \"" + "m".repeat(200) + "\"", "model");
        with(bad, "\"seconds\": \"0\"", "seconds");
        with(bad, "\"seconds\": \"-4\"", "seconds");
        with(bad, "\"seconds\": \"four\"", "seconds");
        with(bad, "\"seconds\": \"4.1\"", "seconds");
        with(bad, "\"seconds\": \"1e3\"", "seconds");
        with(bad, "\"seconds\": \"NaN\"", "seconds");
        with(bad, "\"seconds\": \"100000\"", "seconds");
        with(bad, "\"seconds\": \"" + "9".repeat(400) + "\"", "seconds");
        with(bad, "\"seconds\": true", "seconds");
        with(bad, "\"seconds\": \"\"", "seconds");
        with(bad, "\"size\": \"65x64\"", "size");
        with(bad, "\"size\": \"64x0\"", "size");
        with(bad, "\"size\": \"64\"", "size");
        with(bad, "\"size\": \"-64x64\"", "size");
        with(bad, "\"size\": \"64X64\"", "size");
        with(bad, "\"size\": \"1280x720\"", "size");
        with(bad, "\"size\": \"99999999x99999999\"", "size");
        with(bad, "\"size\": [64, 64]", "size");
        with(bad, "\"frames\": 34", "frames");
        with(bad, "\"frames\": 1", "frames");
        with(bad, "\"frames\": -33", "frames");
        with(bad, "\"frames\": 33.5", "frames");
        with(bad, "\"frames\": \"33\"", "frames");
        with(bad, "\"frames\": 33, \"seconds\": \"4\"", "frames");
        with(bad, "\"fps\": 0", "fps");
        with(bad, "\"fps\": 1000", "fps");
        with(bad, "\"fps\": 7.5", "fps");
        with(bad, "\"steps\": 0", "steps");
        with(bad, "\"steps\": 100000", "steps");
        with(bad, "\"steps\": 1e400", "steps");
        with(bad, "\"guidance\": 0.5", "guidance");
        with(bad, "\"guidance\": \"strong\"", "guidance");
        with(bad, "\"guidance\": 1e9", "guidance");
        with(bad, "\"seed\": -1", "seed");
        with(bad, "\"seed\": 1.5", "seed");
        with(bad, "\"seed\": 99999999999999999999999", "seed");
        with(bad, "\"negative_prompt\": 1", "negative_prompt");
        with(bad, "\"negative_prompt\": \"" + "a".repeat(33_000) + "\"", "negative_prompt");
        with(bad, "\"loop\": \"yes\"", "loop");
        with(bad, "\"loop\": true, \"characters\": [{\"id\": \"char_1\"}]", "characters");
        with(bad, "\"loop\": true, \"seconds\": \"1\"", "seconds");
        with(bad, "\"storyboard\": []", "storyboard");
        with(bad, "\"storyboard\": \"two shots\"", "storyboard");
        with(bad, "\"storyboard\": [1]", "storyboard[0]");
        with(bad, "\"storyboard\": [{\"prompt\": \"a\"}]", "storyboard[0].seconds");
        with(bad, "\"storyboard\": [{\"seconds\": \"2\"}]", "storyboard[0].prompt");
        with(bad, "\"storyboard\": [{\"prompt\": \"a\", \"seconds\": \"2\", \"mood\": 1}]", "storyboard[0].mood");
        with(bad, "\"storyboard\": [{\"prompt\": \"a\", \"seconds\": \"2.1\"}]", "storyboard[0].seconds");
        with(bad, "\"storyboard\": [{\"prompt\": \"a\", \"seconds\": \"2\"}], \"seconds\": \"4\"", "seconds");
        with(bad, "\"expand_prompt\": true", "expand_prompt");
        with(bad, "\"expand_prompt\": \"true\"", "expand_prompt");
        with(bad, "\"expand_prompt\": 1", "expand_prompt");
        with(bad, "\"mood\": \"bright\"", "mood");
        with(bad, "\"webhook\": \"https://example.com\"", "webhook");
        with(bad, "\"webhook\": {}", "webhook.url");
        with(
                bad,
                "\"webhook\": {\"url\": \"https://example.com/\", \"secret_id\": \"we_unknown\"}",
                "webhook.secret_id");
        with(bad, "\"webhook\": {\"url\": \"https://example.com/\", \"secret_id\": 7}", "webhook.secret_id");
        with(bad, "\"webhook\": {\"url\": \"https://example.com/\", \"mood\": 7}", "webhook.mood");
        with(bad, "\"input_reference\": \"picture.png\"", "input_reference");
        with(bad, "\"input_reference\": {}", "input_reference");
        with(bad, "\"input_reference\": {\"file_id\": \"f\", \"image_url\": \"u\"}", "input_reference");
        with(bad, "\"input_reference\": {\"file_id\": \"file_nonsense\"}", "input_reference.file_id", 404);
        for (String address : List.of(
                "http://127.0.0.1/a.png",
                "http://localhost:9000/a.png",
                "http://[::1]/a.png",
                "http://10.0.0.1/a.png",
                "http://192.168.1.1/a.png",
                "http://172.16.0.1/a.png",
                "http://169.254.169.254/latest/meta-data",
                "http://100.64.0.1/a.png",
                "http://0.0.0.0/a.png",
                "http://[fd00::1]/a.png",
                "http://[::ffff:127.0.0.1]/a.png",
                "http://2130706433/a.png",
                "http://0x7f.1/a.png",
                "http://user:secret@example.com/a.png",
                "file:///etc/passwd",
                "ftp://example.com/a.png",
                "gopher://example.com",
                "data:image/png,raw",
                "data:image/png;base64,!!!!",
                "data:image/png;base64,aGVsbG8=")) {
            with(bad, "\"input_reference\": {\"image_url\": \"%s\"}".formatted(address), "input_reference.image_url");
        }
        bad.add(new Bad("/v1/videos/edits", "{\"prompt\": \"a\"}", "video", 400));
        bad.add(new Bad("/v1/videos/edits", "{\"prompt\": \"a\", \"video\": {}}", "video.id", 400));
        bad.add(new Bad(
                "/v1/videos/edits",
                "{\"prompt\": \"a\", \"video\": {\"id\": \"%s\"}}".formatted(UNKNOWN),
                "video.id",
                404));
        bad.add(new Bad("/v1/videos/edits", "{\"prompt\": \"a\", \"strength\": 2}", "strength", 400));
        bad.add(new Bad("/v1/videos/extensions", "{\"prompt\": \"a\", \"seconds\": \"2\"}", "video", 400));
        bad.add(new Bad("/v1/videos/extensions", "{\"prompt\": \"a\", \"direction\": \"up\"}", "direction", 400));
        bad.add(new Bad("/v1/videos/connections", "{\"prompt\": \"a\"}", "from", 400));
        bad.add(new Bad("/v1/videos/%s/remix".formatted(UNKNOWN), "{\"prompt\": \"a\"}", "id", 404));
        bad.add(new Bad("/v1/images/generations", "{\"prompt\": \"a\", \"n\": 0}", "n", 400));
        bad.add(new Bad("/v1/images/generations", "{\"prompt\": \"a\", \"n\": 11}", "n", 400));
        bad.add(new Bad(
                "/v1/images/generations", "{\"prompt\": \"a\", \"response_format\": \"gif\"}", "response_format", 400));
        bad.add(new Bad("/v1/images/generations", "{\"prompt\": \"a\", \"size\": \"1x1\"}", "size", 400));
        bad.add(new Bad(
                "/v1/images/generations", "{\"prompt\": \"a\", \"expand_prompt\": true}", "expand_prompt", 400));
        int queued = queued();

        // When
        SoftAssertions softly = new SoftAssertions();
        for (Bad each : bad) {
            Answer answer = client.post(each.path(), each.body());
            String shown = each.body().substring(0, Math.min(80, each.body().length())) + " -> " + answer.text();
            softly.assertThat(answer.status()).as(shown).isEqualTo(each.status());
            softly.assertThat(answer.text()).as(shown).startsWith("{\"error\":{");
            if (answer.text().startsWith("{")) {
                softly.assertThat(expectedParams(each)).as(shown).contains(answer.param());
            }
        }

        // Then
        softly.assertAll();
        assertThat(bad).hasSizeGreaterThan(100);
        assertThat(queued()).isEqualTo(queued);
    }

    @Test
    void what_is_no_json_and_no_form_is_refused() {
        for (String type : List.of("text/plain", "application/xml", "application/x-www-form-urlencoded", "nonsense")) {
            Answer answer = client.post("/v1/videos", type, "prompt=a".getBytes(StandardCharsets.UTF_8));
            assertThat(answer.status()).as(type + answer.text()).isIn(400, 415);
            assertThat(answer.text()).as(type).startsWith("{\"error\":{");
        }
    }

    @Test
    void each_body_that_is_not_strictly_one_json_object_in_utf8_is_refused_in_one_sentence() {
        // Given
        byte[] good = utf8("{\"prompt\": \"a\"}");
        Map<String, byte[]> bodies = new LinkedHashMap<>();
        bodies.put("gzip", new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 4});
        bodies.put("a byte order mark", concat(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, good));
        bodies.put("UTF-16", "{\"prompt\": \"a\"}".getBytes(StandardCharsets.UTF_16));
        bodies.put("UTF-16 without a mark", "{\"prompt\": \"a\"}".getBytes(StandardCharsets.UTF_16LE));
        bodies.put("UTF-32", "{\"prompt\": \"a\"}".getBytes(Charset.forName("UTF-32")));
        bodies.put("Latin-1", "{\"prompt\": \"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
        bodies.put(
                "an overlong form",
                concat(utf8("{\"prompt\": \""), new byte[] {(byte) 0xc0, (byte) 0xaf}, utf8("\"}")));
        bodies.put("half of a character", concat(utf8("{\"prompt\": \""), new byte[] {(byte) 0xe2, (byte) 0x82}));
        bodies.put(
                "a surrogate in UTF-8",
                concat(utf8("{\"prompt\": \""), new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, utf8("\"}")));
        bodies.put("an escaped lone surrogate", utf8("{\"prompt\": \"\\ud800\"}"));
        bodies.put("a lone surrogate as a name", utf8("{\"prompt\": \"a\", \"\\udc00\": 1}"));
        bodies.put("a lone surrogate where a number is", utf8("{\"prompt\": \"a\", \"steps\": \"\\ud800\"}"));
        bodies.put("NUL in a text", utf8("{\"prompt\": \"a\u0000b\"}"));
        bodies.put("an escaped NUL", utf8("{\"prompt\": \"a\\u0000b\"}"));
        bodies.put("an escaped NUL in a name", utf8("{\"prompt\": \"a\", \"b\\u0000\": 1}"));
        bodies.put("NULs alone", new byte[16]);
        bodies.put("a name twice", utf8("{\"prompt\": \"a\", \"prompt\": \"b\"}"));
        bodies.put("a name twice within", utf8("{\"prompt\": \"a\", \"webhook\": {\"url\": 1, \"url\": 2}}"));
        bodies.put("deep nesting", utf8("[".repeat(10_000)));
        bodies.put("deep nesting within", utf8("{\"prompt\": " + "[".repeat(100) + "]".repeat(100) + "}"));
        bodies.put("a huge number", utf8("{\"prompt\": \"a\", \"seed\": " + "9".repeat(10_000) + "}"));
        bodies.put("a huge exponent", utf8("{\"prompt\": \"a\", \"seed\": 1e999999999}"));
        bodies.put("a huge negative exponent", utf8("{\"prompt\": \"a\", \"seconds\": 1e-999999999}"));
        bodies.put("NaN", utf8("{\"prompt\": \"a\", \"guidance\": NaN}"));
        bodies.put("a hexadecimal number", utf8("{\"prompt\": \"a\", \"seed\": 0x10}"));
        bodies.put("a long name", utf8("{\"prompt\": \"a\", \"" + "n".repeat(100_000) + "\": 1}"));
        bodies.put("a token behind", utf8("{\"prompt\": \"a\"} 1"));
        bodies.put("a brace behind", utf8("{\"prompt\": \"a\"}}"));
        bodies.put("rubbish behind", utf8("{\"prompt\": \"a\"}\u0001"));
        bodies.put("two lines of JSON", utf8("{\"prompt\": \"a\"}\n{\"prompt\": \"b\"}"));
        bodies.put("a comment", utf8("{\"prompt\": \"a\" /* red */}"));
        bodies.put("single quotes", utf8("{'prompt': 'a'}"));
        bodies.put("a comma too many", utf8("{\"prompt\": \"a\",}"));
        bodies.put("blanks alone", utf8("   "));
        bodies.put("null", utf8("null"));
        bodies.put("a form in the address's coding", utf8("prompt=a"));
        int queued = queued();

        // When
        SoftAssertions softly = new SoftAssertions();
        bodies.forEach((name, body) -> {
            Answer answer = client.post("/v1/videos", "application/json", body);
            softly.assertThat(answer.status()).as(name + " " + answer.text()).isEqualTo(400);
            softly.assertThat(answer.text()).as(name).startsWith("{\"error\":{").hasSizeLessThan(2_000);
            softly.assertThat(answer.text())
                    .as(name)
                    .doesNotContain(
                            "CTRL-CHAR", "REDACTED", "Source", "Stream", "Exception", "JsonToken", "token", "java");
        });

        // Then
        softly.assertAll();
        assertThat(queued()).isEqualTo(queued);
    }

    @Test
    void a_body_in_a_coding_or_a_charset_that_is_not_read_is_415_by_name() {
        // Given
        byte[] body = utf8("{\"prompt\": \"a\"}");

        // Then
        for (String coding : List.of("gzip", "br", "zstd", "deflate", "GZIP", "gzip, br", "nonsense")) {
            Answer answer = client.send(
                    client.request("/v1/videos", "Content-Type", "application/json", "Content-Encoding", coding)
                            .POST(BodyPublishers.ofByteArray(body)));
            assertThat(answer.status()).as(coding).isEqualTo(415);
            assertThat(answer.param()).as(coding).isEqualTo("Content-Encoding");
            assertThat(answer.message()).as(coding).contains(coding);
            assertThat(answer.headers()).as(coding).containsEntry("accept-encoding", "identity");
        }
        for (String charset : List.of("iso-8859-1", "utf-16", "\"windows-1252\"", "nonsense")) {
            Answer answer = client.post("/v1/videos", "application/json; charset=" + charset, body);
            assertThat(answer.status()).as(charset).isEqualTo(415);
            assertThat(answer.param()).as(charset).isEqualTo("Content-Type");
        }
        for (String type :
                List.of("application/json", "application/json; charset=UTF-8", "application/json;charset=utf8")) {
            assertThat(client.post("/v1/videos", type, utf8("{}")).param())
                    .as(type)
                    .isEqualTo("prompt");
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void a_broken_form_and_a_broken_upload_are_refused() {
        // When
        Answer noBoundary = client.post("/v1/videos", "multipart/form-data", "hello".getBytes(StandardCharsets.UTF_8));
        Answer cut = client.post(
                "/v1/videos",
                "multipart/form-data; boundary=x",
                "--x\r\nContent-Disp".getBytes(StandardCharsets.UTF_8));
        Answer picture = client.form(
                "/v1/videos", "prompt", "a", "input_reference", "no picture".getBytes(StandardCharsets.UTF_8));
        Answer video =
                client.form("/v1/videos/edits", "prompt", "a", "video", "no video".getBytes(StandardCharsets.UTF_8));
        Answer promptFile = client.form("/v1/videos", "prompt", "a".getBytes(StandardCharsets.UTF_8));
        Answer surplus = client.form("/v1/videos", "prompt", "a", "mood", "x".getBytes(StandardCharsets.UTF_8));
        Answer twice = client.form("/v1/videos", "prompt", "a", "prompt", "b");
        Answer character = client.form("/v1/videos/characters", "name", "n".repeat(81), "video", new byte[] {1});
        Answer file = client.form("/v1/files", "purpose", "mischief", "file", new byte[] {1});
        Answer noFile = client.form("/v1/files", "purpose", "vision");

        // Then
        assertThat(noBoundary.status()).as(noBoundary.text()).isBetween(400, 415);
        assertThat(cut.status()).as(cut.text()).isEqualTo(400);
        assertThat(List.of(picture, video, promptFile, surplus, twice, character, file, noFile))
                .allSatisfy(
                        answer -> assertThat(answer.status()).as(answer.text()).isEqualTo(400))
                .extracting(Answer::param)
                .containsExactly("input_reference", "video", "prompt", "mood", "prompt", "name", "purpose", "file");
    }

    @Test
    void no_part_of_a_form_is_left_out_in_silence() {
        // Given
        byte[] file = "content".getBytes(StandardCharsets.UTF_8);
        byte[] binary = {(byte) 0x89, 'P', 'N', 'G'};
        int queued = queued();

        // When
        List<Answer> answers = List.of(
                client.form("/v1/videos", "prompt", "a", "input_reference[file_id]", file),
                client.form("/v1/videos", "prompt", "a", "input_reference[mood]", file),
                client.form("/v1/videos", "prompt", "a", "input_reference[mood]", Nameless.of("x")),
                client.form("/v1/videos", "prompt", "a", "last_frame[file_id]", file),
                client.form("/v1/videos", "prompt", "a", "seconds", file),
                client.form("/v1/videos", "prompt", "a", "seconds[unit]", Nameless.of("4")),
                client.form("/v1/videos", "prompt", "a", "storyboard[][prompt]", file),
                client.form("/v1/videos", "prompt", "a", "webhook[url]", new Nameless(binary)),
                client.form("/v1/videos", "prompt", "a", "mood[of][day]", new Nameless(binary)),
                client.form("/v1/videos", "prompt", new Nameless(binary)),
                client.form("/v1/videos", "prompt", "a", "input_reference", file, "input_reference[file_id]", "f"),
                client.form("/v1/videos/edits", "prompt", "a", "video[id]", file),
                client.form("/v1/videos/edits", "prompt", "a", "video[mood]", Nameless.of("x")),
                client.form("/v1/videos/edits", "prompt", "a", "video", file, "video[id]", Nameless.of("x")),
                client.form("/v1/videos/edits", "prompt", "a", "video", file, "video", file),
                client.form("/v1/videos/characters", "name", "n", "video", "no file"));

        // Then
        assertThat(answers)
                .allSatisfy(
                        answer -> assertThat(answer.status()).as(answer.text()).isEqualTo(400))
                .extracting(Answer::param)
                .containsExactly(
                        "input_reference.file_id",
                        "input_reference.mood",
                        "input_reference.mood",
                        "last_frame.file_id",
                        "seconds",
                        "seconds",
                        "storyboard[0].prompt",
                        "webhook.url",
                        "mood",
                        "prompt",
                        "input_reference[file_id]",
                        "video.id",
                        "video.mood",
                        "video[id]",
                        "video",
                        "video");
        assertThat(queued()).isEqualTo(queued);
    }

    @Test
    void a_bad_query_is_refused_by_name() {
        assertThat(client.get("/v1/videos?limit=101").param()).isEqualTo("limit");
        assertThat(client.get("/v1/videos?limit=many").param()).isEqualTo("limit");
        assertThat(client.get("/v1/videos?limit=-1").param()).isEqualTo("limit");
        assertThat(client.get("/v1/videos?order=random").param()).isEqualTo("order");
        for (String after : List.of("nonsense", "7", UNKNOWN.replace("video", "image"), UNKNOWN + "0", "%00")) {
            Answer answer = client.get("/v1/videos?after=" + after);
            assertThat(answer.param()).as(after + answer.text()).isEqualTo("after");
        }
        for (String list : List.of("/v1/files", "/v1/webhook_endpoints")) {
            assertThat(client.get(list + "?limit=0").param()).isEqualTo("limit");
            assertThat(client.get(list + "?limit=99999").param()).isEqualTo("limit");
            assertThat(client.get(list + "?order=random").param()).isEqualTo("order");
            assertThat(client.get(list + "?after=" + UNKNOWN).param()).isEqualTo("after");
        }
        assertThat(client.get("/v1/videos/%s/content?variant=gif".formatted(UNKNOWN))
                        .param())
                .isEqualTo("variant");
        assertThat(client.get("/v1/videos/%s/events".formatted(UNKNOWN)).status())
                .isEqualTo(404);
        assertThat(client.get("/v1/files/%s".formatted(UNKNOWN)).status()).isEqualTo(404);
        assertThat(client.get("/v1/videos/characters/%s".formatted(UNKNOWN)).status())
                .isEqualTo(404);
        assertThat(client.delete("/v1/videos/%s".formatted(UNKNOWN)).status()).isEqualTo(404);
    }

    private static List<String> expectedParams(Bad bad) {
        return bad.param().contains("input_reference") ? List.of(bad.param(), "input_reference") : List.of(bad.param());
    }

    private static int queued() {
        return LocalInfrastructure.stages().values(Stage.TEXT_ENCODING.topic()).size()
                + LocalInfrastructure.stages()
                        .values(Stage.MEDIA_READING.topic())
                        .size();
    }

    private static void create(List<Bad> bad, String body, String param) {
        bad.add(new Bad("/v1/videos", body, param, 400));
    }

    private static void with(List<Bad> bad, String fields, String param) {
        with(bad, fields, param, 400);
    }

    private static void with(List<Bad> bad, String fields, String param, int status) {
        bad.add(new Bad("/v1/videos", "{\"prompt\": \"a red ball\", %s}".formatted(fields), param, status));
    }
}
