package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.gateway.Client.Answer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists whose entries go while they are read. */
@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
@TestProfile(WebhooksTest.OnLoopback.class)
class PagingTest {
    @TestHTTPResource
    URI base;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(base);
        eventually(() -> client.get("/v1/models").json().get("data").size() == 1);
    }

    @Test
    void videos_can_be_deleted_while_they_are_paged() {
        for (String order : List.of("desc", "asc")) {
            // Given
            List<String> made = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                made.add(client.completed("{\"prompt\": \"a\"}"));
            }

            // When
            List<String> deleted = deleteAll("/v1/videos", order);

            // Then
            assertThat(deleted).containsAll(made).doesNotHaveDuplicates();
        }
    }

    @Test
    void files_can_be_deleted_while_they_are_paged() {
        for (String order : List.of("desc", "asc")) {
            // Given
            List<String> made = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                made.add(id(client.form("/v1/files", "purpose", "vision", "file", new byte[] {1})));
            }

            // When
            List<String> deleted = deleteAll("/v1/files", order);

            // Then
            assertThat(deleted).containsAll(made).doesNotHaveDuplicates();
        }
    }

    @Test
    void webhook_endpoints_can_be_deleted_while_they_are_paged() {
        for (String order : List.of("desc", "asc")) {
            // Given
            List<String> made = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                made.add(id(client.post(
                        "/v1/webhook_endpoints",
                        "{\"name\": \"n\", \"url\": \"http://127.0.0.1:9/\", \"event_types\": [\"video.failed\"]}")));
            }

            // When
            List<String> deleted = deleteAll("/v1/webhook_endpoints", order);

            // Then
            assertThat(deleted).containsAll(made).doesNotHaveDuplicates();
        }
    }

    @Test
    void a_list_goes_on_in_its_order_behind_an_entry_that_is_gone() {
        // Given
        String first = client.completed("{\"prompt\": \"one\"}");
        String second = client.completed("{\"prompt\": \"two\"}");
        String third = client.completed("{\"prompt\": \"three\"}");
        client.delete("/v1/videos/" + second);

        // When
        JsonNode older = client.get("/v1/videos?limit=1&after=" + second).json();
        JsonNode newer =
                client.get("/v1/videos?limit=1&order=asc&after=" + second).json();

        // Then
        assertThat(older.get("data").findValuesAsText("id")).containsExactly(first);
        assertThat(newer.get("data").findValuesAsText("id")).containsExactly(third);
    }

    @Test
    void an_id_that_was_never_here_is_a_place_in_time() {
        // Given
        String before = client.completed("{\"prompt\": \"before\"}");
        String never = JobId.video();
        String after = client.completed("{\"prompt\": \"after\"}");

        // Then
        assertThat(client.get("/v1/videos?limit=1&after=" + never)
                        .json()
                        .at("/data/0/id")
                        .asText())
                .isEqualTo(before);
        assertThat(client.get("/v1/videos?limit=1&order=asc&after=" + never)
                        .json()
                        .at("/data/0/id")
                        .asText())
                .isEqualTo(after);
    }

    /** As the stock SDKs do it: each page's entries are deleted, then the next is asked for behind the last. */
    private List<String> deleteAll(String list, String order) {
        List<String> deleted = new ArrayList<>();
        String after = "";
        while (true) {
            Answer answer = client.get("%s?limit=2&order=%s%s".formatted(list, order, after));
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            JsonNode page = answer.json();
            for (JsonNode entry : page.get("data")) {
                String id = entry.get("id").asText();
                assertThat(client.delete(list + "/" + id).status()).isIn(200, 409);
                deleted.add(id);
            }
            if (!page.get("has_more").asBoolean()) {
                return deleted;
            }
            after = "&after=" + page.get("last_id").asText();
        }
    }

    private static String id(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().get("id").asText();
    }
}
