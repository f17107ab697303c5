package dev.zoetrope.gateway;

import static dev.zoetrope.gateway.VideosTest.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.writing.ImageWriter;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.DeadLetter;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.GenerationRequested;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.tensors.HostTensor;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(LocalInfrastructure.class)
class OutsideRequestsTest {
    @TestHTTPResource
    URI base;

    @Test
    void a_request_that_is_delivered_twice_is_one_job() {
        // Given
        GenerationRequested request = request("64x64");
        Map<String, byte[]> headers = OutsideEvents.headers(request);

        // When
        OutsideEvents.send(Codec.write(request), headers);
        OutsideEvents.send(Codec.write(request), headers);
        GenerationRequested last = request("64x64");
        OutsideEvents.send(last);

        // Then
        Client client = new Client(base);
        eventually(() -> client.get("/v1/videos/" + last.job()).status() == 200);
        assertThat(client.get("/v1/videos/" + request.job())
                        .json()
                        .get("status")
                        .asText())
                .isEqualTo("queued");
        assertThat(LocalInfrastructure.stages().orders(Stage.TEXT_ENCODING, String.valueOf(request.job())))
                .hasSize(1);
    }

    @Test
    void a_request_that_cannot_be_made_is_a_failed_fact_and_a_dead_letter() {
        // Given
        GenerationRequested request = request("65x64");

        // When
        OutsideEvents.send(request);

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
    void an_event_takes_what_the_call_takes_pictures_too() {
        // Given
        byte[] png = ImageWriter.encode(HostTensor.ofBytes(new byte[64 * 64 * 3], 64, 64, 3), ImageFormat.PNG);
        GenerationRequested request =
                OutsideEvents.request(null, """
                {"prompt": "a", "seconds": "4", "steps": 7, "guidance": 2.5, "negative_prompt": "b", "seed": 3,
                 "input_reference": {"image_url": "data:image/png;base64,%s"}}
                """.formatted(Base64.getEncoder().encodeToString(png)));

        // When
        OutsideEvents.send(request);

        // Then
        eventually(() -> orders(request).size() == 1);
        JobSpec spec = orders(request).get(0).spec();
        assertThat(spec.task().files()).containsOnlyKeys(Role.FIRST_FRAME);
        assertThat(spec.sampling()).isEqualTo(new SamplingSettings(7, 2.5));
        assertThat(spec.negativePrompt()).isEqualTo("b");
        assertThat(spec.seed()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'prompt': 'a', 'steps': 0 | steps: expected a whole number of at least 1, came 0",
                "'prompt': 'a', 'negativePrompt': 'b' | Unknown parameter: 'negativePrompt'. Expected: ",
                "'prompt': 'a', 'storyboard': [{'prompt': 'b'}] | Missing required parameter: 'storyboard[0].seconds'.",
                "'seconds': '4' | Missing required parameter: 'prompt'.",
                "'prompt': 'a', 'owner': 'Ann' | owner: expected the first 32 hexadecimal digits",
            })
    void what_the_call_would_refuse_is_refused_in_the_same_words(String fields, String message) {
        // Given
        GenerationRequested request = request("64x64");
        String data = "{'type': 'GenerationRequested', 'version': 2, %s}".formatted(fields);
        Map<String, byte[]> headers = OutsideEvents.headers(request);

        // When
        OutsideEvents.send(data.replace('\'', '"').getBytes(StandardCharsets.UTF_8), headers);

        // Then
        eventually(() -> letters().stream().anyMatch(letter -> letter.message().startsWith(message)));
        assertThat(failures()).anySatisfy(failed -> {
            assertThat(failed.code()).isEqualTo(ProblemCode.INVALID_REQUEST);
            assertThat(failed.message()).startsWith(message);
        });
    }

    @Test
    void a_request_that_is_no_event_is_a_dead_letter_with_its_bytes() {
        // Given
        byte[] bytes = "hello".getBytes(StandardCharsets.UTF_8);

        // When
        OutsideEvents.send(bytes, Map.of());

        // Then
        eventually(() -> letters().stream().anyMatch(letter -> letter.payload().equals("aGVsbG8=")));
        assertThat(letters())
                .filteredOn(letter -> letter.payload().equals("aGVsbG8="))
                .singleElement()
                .satisfies(letter -> assertThat(letter.message()).contains("ce_specversion"));
    }

    private static GenerationRequested request(String size) {
        String body = "{\"prompt\": \"a red ball\", \"seconds\": \"4\", \"size\": \"%s\", \"seed\": 1}";
        return OutsideEvents.request(null, body.formatted(size));
    }

    private static List<Order> orders(GenerationRequested request) {
        return LocalInfrastructure.stages().orders(Stage.MEDIA_READING, String.valueOf(request.job()));
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
