package dev.zoetrope.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.zoetrope.gateway.Client.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What somebody finds who tries addresses. */
@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
class WelcomeTest {
    @TestHTTPResource
    URI base;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(base);
    }

    @Test
    void the_root_says_what_this_is_and_every_link_of_it_leads_somewhere() {
        for (String path : List.of("/", "/v1", "/v1/")) {
            // When
            Answer answer = client.get(path, "Accept", "application/json");

            // Then
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.json().get("name").asText()).isEqualTo("Zoetrope");
            assertThat(answer.json().get("version").asText()).isNotBlank();
            for (JsonNode link : answer.json().get("links")) {
                assertThat(client.get(link.asText()).status()).as(link.asText()).isIn(200, 503);
            }
        }
    }

    @Test
    void a_browser_gets_a_page_and_an_icon() {
        // When
        Answer page = client.get("/", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        Answer icon = client.get("/favicon.ico");

        // Then
        assertThat(page.headers().get("content-type")).startsWith("text/html");
        assertThat(page.text()).contains("<title>Zoetrope</title>", "/q/openapi", "/v1/models");
        assertThat(icon.status()).isEqualTo(200);
        assertThat(icon.headers().get("content-type")).startsWith("image/");
    }

    @Test
    void an_unknown_path_is_404_in_the_one_error_shape_and_is_named() {
        for (String path :
                List.of("/nothing", "/v1/nothing", "/v1/video", "/v2/videos", "/v1/videos/a/b/c", "/v1//videos/x/y")) {
            // When
            Answer answer = client.get(path);

            // Then
            assertThat(answer.status()).as(path).isEqualTo(404);
            assertThat(answer.text()).as(path).startsWith("{\"error\":{");
            assertThat(answer.message())
                    .as(path)
                    .contains(path.replace("//", "/").substring(1));
            assertThat(answer.headers()).as(path).containsKey("x-request-id");
        }
    }

    @Test
    void a_path_that_is_no_text_is_refused_in_the_one_error_shape() {
        for (String path : List.of("/v1/videos/%00", "/v1/videos/%ff", "/v1/models/%ed%a0%80", "/v1/files/%c0%af")) {
            Answer answer = client.get(path);
            assertThat(answer.status()).as(path + answer.text()).isIn(400, 404);
            assertThat(answer.text()).as(path).startsWith("{\"error\":{");
        }
    }

    @Test
    void a_wrong_method_is_405_and_says_which_there_are() {
        for (String path :
                List.of("/v1/videos", "/v1/models", "/v1/images/generations", "/v1/videos/edits", "/v1/files")) {
            // When
            Answer answer = client.send(client.request(path).method("PATCH", BodyPublishers.noBody()));

            // Then
            assertThat(answer.status()).as(path).isEqualTo(405);
            assertThat(answer.text()).as(path).startsWith("{\"error\":{");
            assertThat(answer.headers()).as(path).containsKey("allow");
            assertThat(answer.headers().get("allow")).as(path).containsAnyOf("GET", "POST");
        }
    }

    @Test
    void what_cannot_be_answered_or_read_in_a_media_type_is_406_or_415_in_the_one_error_shape() {
        // When
        Answer accept = client.get("/v1/models", "Accept", "application/xml");
        Answer type = client.send(
                client.request("/v1/videos", "Content-Type", "application/xml").POST(BodyPublishers.ofString("<a/>")));

        // Then
        assertThat(accept.status()).isEqualTo(406);
        assertThat(type.status()).isEqualTo(415);
        assertThat(List.of(accept, type))
                .allSatisfy(answer -> assertThat(answer.text()).startsWith("{\"error\":{"));
    }
}
