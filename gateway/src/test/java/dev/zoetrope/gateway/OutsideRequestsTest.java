package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.CloudEvent;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.DeadLetter;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.GenerationRequested;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Topics;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
class OutsideRequestsTest {
    @TestHTTPResource
    URI base;

    @Test
    void a_request_that_is_delivered_twice_is_one_job() {
        // Given
        ScriptedStages stages = LocalInfrastructure.stages();
        GenerationRequested request = request(JobId.video(), "64x64");
        Map<String, byte[]> headers = headers(request);

        // When
        stages.send(Topics.REQUESTS, null, Codec.REQUESTS.encode(request), headers);
        stages.send(Topics.REQUESTS, null, Codec.REQUESTS.encode(request), headers);
        GenerationRequested last = request(JobId.video(), "64x64");
        stages.send(Topics.REQUESTS, null, Codec.REQUESTS.encode(last), headers(last));

        // Then
        Client client = new Client(base);
        eventually(() -> client.get("/v1/videos/" + last.job()).status() == 200);
        assertThat(client.get("/v1/videos/" + request.job())
                        .json()
                        .get("status")
                        .asText())
                .isEqualTo("queued");
        assertThat(stages.orders(Stage.TEXT_ENCODING, String.valueOf(request.job())))
                .hasSize(1);
    }

    @Test
    void a_request_that_cannot_be_made_is_a_failed_fact_and_a_dead_letter() {
        // Given
        ScriptedStages stages = LocalInfrastructure.stages();
        GenerationRequested request = request(JobId.video(), "65x64");

        // When
        stages.send(Topics.REQUESTS, null, Codec.REQUESTS.encode(request), headers(request));

        // Then
        eventually(() -> failures().stream().anyMatch(fact -> fact.job().equals(request.job())));
        assertThat(failures())
                .filteredOn(fact -> fact.job().equals(request.job()))
                .singleElement()
                .satisfies(fact -> {
                    assertThat(fact.code()).isEqualTo(ProblemCode.INVALID_REQUEST);
                    assertThat(fact.message()).contains("size", "multiples of 16", "65x64");
                });
        assertThat(letters()).anySatisfy(letter -> assertThat(letter.job()).isEqualTo(request.job()));
    }

    @Test
    void a_request_that_is_no_event_is_a_dead_letter_with_its_bytes() {
        // Given
        ScriptedStages stages = LocalInfrastructure.stages();

        // When
        stages.send(Topics.REQUESTS, null, "hello".getBytes(StandardCharsets.UTF_8), Map.of());

        // Then
        eventually(() -> letters().stream().anyMatch(letter -> letter.payload().equals("aGVsbG8=")));
        assertThat(letters())
                .filteredOn(letter -> letter.payload().equals("aGVsbG8="))
                .singleElement()
                .satisfies(letter -> assertThat(letter.message()).contains("ce_specversion"));
    }

    private static GenerationRequested request(String job, String size) {
        return new GenerationRequested(
                job, "a red ball", null, "4", size, 1L, null, null, null, null, null, null, null, null, null, null);
    }

    private static Map<String, byte[]> headers(GenerationRequested request) {
        return CloudEvent.of(request, "/somewhere/else", null).headers();
    }

    private static List<Fact.JobFailed> failures() {
        return LocalInfrastructure.stages().values(Topics.JOBS).stream()
                .map(record -> Codec.FACTS.decode(record.value()))
                .filter(Fact.JobFailed.class::isInstance)
                .map(Fact.JobFailed.class::cast)
                .toList();
    }

    private static List<DeadLetter> letters() {
        return LocalInfrastructure.stages().values(Topics.DEAD_LETTERS).stream()
                .map(record -> Codec.DEAD_LETTERS.decode(record.value()))
                .toList();
    }
}
