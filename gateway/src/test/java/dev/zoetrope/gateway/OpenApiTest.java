package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.zoetrope.gateway.Client.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the API document to the protocol's calls and to the fields that are read. */
@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
@TestProfile(WebhooksTest.OnLoopback.class)
class OpenApiTest {
    private static final List<String> CALLS = List.of(
            "post /v1/videos",
            "get /v1/videos",
            "get /v1/videos/{id}",
            "delete /v1/videos/{id}",
            "get /v1/videos/{id}/content",
            "post /v1/videos/{id}/remix",
            "post /v1/videos/edits",
            "post /v1/videos/extensions",
            "post /v1/videos/characters",
            "get /v1/videos/characters/{id}",
            "post /v1/images/generations",
            "get /v1/models",
            "get /v1/models/{id}",
            "post /v1/files",
            "get /v1/files",
            "get /v1/files/{id}",
            "delete /v1/files/{id}",
            "get /v1/files/{id}/content",
            "post /v1/webhook_endpoints",
            "get /v1/webhook_endpoints",
            "get /v1/webhook_endpoints/{id}",
            "post /v1/webhook_endpoints/{id}",
            "delete /v1/webhook_endpoints/{id}",
            "post /v1/webhook_endpoints/{id}/rotate_secret",
            "post /v1/webhook_endpoints/{id}/test",
            "get /v1/webhook_event_types",
            // Ours.
            "post /v1/videos/connections",
            "post /v1/videos/{id}/cancel",
            "get /v1/videos/{id}/events",
            "get /v1/videos/{id}/stream.m3u8",
            "get /v1/videos/{id}/stream/{piece}",
            "get /v1/images/{id}/content");

    @TestHTTPResource
    URI base;

    @TempDir
    Path folder;

    private Client client;
    private JsonNode document;

    @BeforeEach
    void connect() {
        client = new Client(base);
        eventually(() -> client.get("/v1/models").json().get("data").size() == 1);
        document = client.get("/q/openapi?format=json").json();
    }

    @Test
    void every_call_of_the_protocol_and_ours_is_in_the_document_and_no_other() {
        // When
        List<String> calls = new ArrayList<>();
        document.get("paths").fields().forEachRemaining(path -> path.getValue()
                .fieldNames()
                .forEachRemaining(method -> calls.add(method + " " + path.getKey())));

        // Then
        assertThat(calls).containsExactlyInAnyOrderElementsOf(CALLS);
        assertThat(document.at("/info/title").asText()).isEqualTo("Zoetrope");
    }

    @Test
    void every_call_says_what_it_is_and_how_it_fails() {
        for (String call : CALLS) {
            JsonNode operation = operation(call);
            assertThat(operation.path("summary").asText()).as(call).isNotBlank();
            assertThat(operation
                            .at("/responses/default/content/application~1json/schema/$ref")
                            .asText())
                    .as(call)
                    .isEqualTo("#/components/schemas/Error");
        }
        assertThat(names(document.at("/components/schemas")))
                .contains("Error")
                .doesNotContain("MultipartFormDataInput");
    }

    /** A call with a field too many, whose refusal says which there are. */
    private record Refused(String call, Answer answer) {}

    @Test
    void the_document_has_the_fields_that_are_read() throws Exception {
        // Given
        byte[] clip = Files.readAllBytes(StockClientsTest.clip(folder));
        String video = client.completed("{\"prompt\": \"a\", \"seconds\": \"4\"}");
        String endpoint = client.post(
                        "/v1/webhook_endpoints",
                        "{\"name\": \"n\", \"url\": \"http://127.0.0.1:9/\", \"event_types\": [\"video.failed\"]}")
                .json()
                .get("id")
                .asText();
        String hook = "/v1/webhook_endpoints/" + endpoint;

        // When
        List<Refused> refused = List.of(
                new Refused("post /v1/videos", client.post("/v1/videos", "{\"prompt\": \"a\", \"mood\": 1}")),
                new Refused(
                        "post /v1/videos/{id}/remix",
                        client.post("/v1/videos/%s/remix".formatted(video), "{\"prompt\": \"a\", \"mood\": 1}")),
                new Refused(
                        "post /v1/videos/edits",
                        client.form("/v1/videos/edits", "prompt", "a", "video", clip, "mood", "1")),
                new Refused(
                        "post /v1/videos/extensions",
                        client.form("/v1/videos/extensions", "prompt", "a", "video", clip, "mood", "1")),
                new Refused(
                        "post /v1/videos/connections",
                        client.form("/v1/videos/connections", "prompt", "a", "from", clip, "to", clip, "mood", "1")),
                new Refused(
                        "post /v1/videos/characters",
                        client.form("/v1/videos/characters", "name", "a", "video", clip, "mood", "1")),
                new Refused(
                        "post /v1/images/generations",
                        client.post("/v1/images/generations", "{\"prompt\": \"a\", \"mood\": 1}")),
                new Refused("post /v1/files", client.form("/v1/files", "purpose", "vision", "file", clip, "mood", "1")),
                new Refused(
                        "post /v1/webhook_endpoints",
                        client.post(
                                "/v1/webhook_endpoints",
                                "{\"name\": \"a\", \"url\": \"u\", \"event_types\": [\"video.failed\"], \"mood\": 1}")),
                new Refused("post /v1/webhook_endpoints/{id}", client.post(hook, "{\"mood\": 1}")),
                new Refused(
                        "post /v1/webhook_endpoints/{id}/rotate_secret",
                        client.post(hook + "/rotate_secret", "{\"mood\": 1}")),
                new Refused(
                        "post /v1/webhook_endpoints/{id}/test",
                        client.post(hook + "/test", "{\"event_type\": \"video.failed\", \"mood\": 1}")));

        // Then
        assertThat(refused).allSatisfy(each -> assertThat(read(each.answer()))
                .as(each.call())
                .containsExactlyInAnyOrderElementsOf(names(body(each.call()).get("properties"))));
        assertThat(refused)
                .extracting(Refused::call)
                .containsExactlyInAnyOrderElementsOf(CALLS.stream()
                        .filter(call -> !operation(call).path("requestBody").isMissingNode())
                        .toList());
    }

    @Test
    void the_document_has_the_fields_of_the_objects_within() {
        // Given
        String create = "{\"prompt\": \"a\", %s}";

        // When
        Answer shot = client.post(
                "/v1/videos",
                create.formatted("\"storyboard\": [{\"prompt\": \"a\", \"seconds\": \"2\", \"mood\": 1}]"));
        Answer webhook = client.post(
                "/v1/videos", create.formatted("\"webhook\": {\"url\": \"http://127.0.0.1/\", \"mood\": 1}"));
        Answer picture = client.post("/v1/videos", create.formatted("\"input_reference\": {\"mood\": 1}"));
        Answer character =
                client.post("/v1/videos", create.formatted("\"characters\": [{\"id\": \"c\", \"mood\": 1}]"));
        Answer video = client.post("/v1/videos/edits", create.formatted("\"video\": {\"id\": \"v\", \"mood\": 1}"));

        // Then
        assertThat(read(shot)).containsExactlyInAnyOrderElementsOf(fields("Shot"));
        assertThat(read(webhook)).containsExactlyInAnyOrderElementsOf(fields("JobWebhook"));
        assertThat(read(picture)).containsExactlyInAnyOrderElementsOf(fields("ImageReference"));
        assertThat(read(character)).containsExactlyInAnyOrderElementsOf(fields("CharacterReference"));
        assertThat(read(video)).containsExactlyInAnyOrderElementsOf(fields("VideoReference"));
    }

    @Test
    void a_form_has_files_and_brackets() {
        // When
        JsonNode form = operation("post /v1/videos").at("/requestBody/content/multipart~1form-data/schema");

        // Then
        assertThat(names(form.get("properties")))
                .contains("prompt", "input_reference", "input_reference[file_id]", "webhook[url]")
                .doesNotContain("webhook");
        assertThat(form.at("/properties/input_reference/format").asText()).isEqualTo("binary");
        assertThat(form.get("required")).hasSize(1);
    }

    @Test
    void the_document_can_be_browsed() {
        // When
        Answer page = client.get("/q/swagger-ui/");

        // Then
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("/q/openapi");
    }

    private JsonNode operation(String call) {
        String[] parts = call.split(" ");
        return document.at("/paths/%s/%s".formatted(parts[1].replace("/", "~1"), parts[0]));
    }

    private JsonNode body(String call) {
        JsonNode content = operation(call).at("/requestBody/content");
        JsonNode schema = content.has("application/json")
                ? content.at("/application~1json/schema")
                : content.at("/multipart~1form-data/schema");
        String ref = schema.path("$ref").asText();
        return document.at(ref.substring(1));
    }

    private List<String> fields(String schema) {
        return names(document.at("/components/schemas/%s/properties".formatted(schema)));
    }

    private static List<String> read(Answer refusal) {
        assertThat(refusal.json().at("/error/code").asText()).as(refusal.text()).isEqualTo("unknown_parameter");
        return List.of(refusal.message().replaceAll(".*Expected: (.*)\\.", "$1").split(", "));
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
