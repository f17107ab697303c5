package dev.zoetrope.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodecTest {
    private static final Fact CANCELLED = new Fact.JobCancelled(Samples.JOB, Samples.AT);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello | expected JSON, came hello",
                "[1] | expected a JSON object, came [1]",
                "'' | expected a JSON object, came nothing",
                "{} | version: expected a number, came null",
                "{\"version\":\"1\"} | version: expected a number",
                "{\"version\":1} | type: expected one of",
                "{\"version\":1,\"type\":\"Nonsense\"} | came \"Nonsense\"",
                "{\"version\":1,\"type\":\"JobCancelled\"} | Missing required creator property 'job'",
                "{\"version\":1,\"type\":\"JobCancelled\",\"job\":null,\"at\":null} | job",
                "{\"version\":1,\"type\":\"JobCancelled\",\"job\":\"x\",\"at\":\"2026-01-01T00:00:00Z\"} | job: expected a job id, came x",
                "{\"version\":1,\"type\":\"JobCancelled\",\"at\":\"yesterday\"} | at: expected an instant",
                "{\"version\":1,\"type\":\"JobCancelled\"} {} | Trailing token",
                "{\"version\":1,\"version\":1} | Duplicate field",
            })
    void what_is_no_fact_is_refused_with_what_was_expected_and_what_came(String text, String reason) {
        // Given
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        // When / Then
        assertThatThrownBy(() -> Codec.FACTS.decode(bytes))
                .isInstanceOfSatisfying(
                        ContractException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.BAD_ORDER))
                .hasMessageContaining(reason);
    }

    @Test
    void another_version_is_told_apart_from_nonsense() {
        // Given
        byte[] bytes = changed(text -> text.replace("\"version\":1", "\"version\":2"));

        // When / Then
        assertThatThrownBy(() -> Codec.FACTS.decode(bytes))
                .isInstanceOfSatisfying(
                        ContractException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.UNSUPPORTED_VERSION))
                .hasMessage("version: expected 1, came 2");
    }

    @Test
    void a_field_of_a_later_release_is_skipped() {
        // Given
        byte[] bytes = changed(text -> text.replace("{", "{\"mood\":\"bright\","));

        // When
        Fact fact = Codec.FACTS.decode(bytes);

        // Then
        assertThat(fact).isEqualTo(CANCELLED);
    }

    @Test
    void a_number_is_not_read_from_text() {
        // Given
        Order order = (Order) Samples.all().get(0);
        String text = new String(Codec.ORDERS.encode(order), StandardCharsets.UTF_8);
        byte[] bytes = text.replace("\"width\":64", "\"width\":\"64\"").getBytes(StandardCharsets.UTF_8);

        // When / Then
        assertThatThrownBy(() -> Codec.ORDERS.decode(bytes))
                .isInstanceOf(ContractException.class)
                .hasMessageContaining("spec.width");
    }

    @Test
    void a_field_deep_inside_is_named_with_its_path() {
        // Given
        Order order = (Order) Samples.all().get(0);
        String text = new String(Codec.ORDERS.encode(order), StandardCharsets.UTF_8);
        byte[] bytes = text.replace(
                        "\"kind\":\"continuing\",\"segment\":0,\"frames\":5",
                        "\"kind\":\"continuing\",\"segment\":0,\"frames\":-5")
                .getBytes(StandardCharsets.UTF_8);

        // When / Then
        assertThatThrownBy(() -> Codec.ORDERS.decode(bytes))
                .isInstanceOf(ContractException.class)
                .hasMessageContaining("spec.segments[3]")
                .hasMessageContaining("frames: expected at least 1, came -5");
    }

    @Test
    void every_kind_of_task_comes_back_under_its_name() {
        Set<String> kinds = new HashSet<>();
        assertThat(Samples.tasks())
                .hasSize(Task.class.getPermittedSubclasses().length)
                .allSatisfy(task -> {
                    Order order = Order.first(Samples.JOB, Samples.spec(task), Samples.AT);
                    byte[] bytes = Codec.ORDERS.encode(order);
                    kinds.add(Codec.Json.MAPPER
                            .readTree(bytes)
                            .at("/spec/task/kind")
                            .asText());
                    assertThat(Codec.ORDERS.decode(bytes)).isEqualTo(order);
                });
        assertThat(kinds)
                .containsExactlyInAnyOrder("image", "create", "loop", "extend", "connect", "close_loop", "edit");
    }

    @Test
    void a_kind_that_is_not_known_is_refused_by_its_field() {
        // Given
        String text = new String(Codec.ORDERS.encode((Order) Samples.all().get(0)), StandardCharsets.UTF_8);
        byte[] bytes =
                text.replace("\"kind\":\"circle\"", "\"kind\":\"spiral\"").getBytes(StandardCharsets.UTF_8);

        // When / Then
        assertThatThrownBy(() -> Codec.ORDERS.decode(bytes))
                .isInstanceOf(ContractException.class)
                .hasMessageContaining("spec.segments[0].end")
                .hasMessageContaining("spiral");
    }

    @Test
    void a_message_of_the_first_version_that_has_a_second_is_told_apart() {
        // Given
        String text = new String(Codec.ORDERS.encode((Order) Samples.all().get(0)), StandardCharsets.UTF_8);
        byte[] bytes = text.replace("\"version\":2", "\"version\":1").getBytes(StandardCharsets.UTF_8);

        // When / Then
        assertThatThrownBy(() -> Codec.ORDERS.decode(bytes))
                .isInstanceOfSatisfying(
                        ContractException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.UNSUPPORTED_VERSION))
                .hasMessage("version: expected 2, came 1");
    }

    @Test
    void an_event_of_another_type_is_refused() {
        // Given
        CloudEvent event = CloudEvent.of(CANCELLED, "/zoetrope/test", null);

        // When / Then
        assertThatThrownBy(() -> event.requireType("GenerationRequested"))
                .isInstanceOf(ContractException.class)
                .hasMessage("ce_type: expected dev.zoetrope.GenerationRequested.v2, came dev.zoetrope.JobCancelled.v1");
    }

    @ParameterizedTest
    @CsvSource({
        "ce_specversion, 0.3, expected 1.0",
        "ce_id, , expected a header",
        "ce_source, 'a b', expected a URI reference",
        "ce_time, yesterday, expected an RFC 3339 time",
        "content-type, text/plain, expected application/json"
    })
    void an_event_with_a_bad_header_is_refused(String header, String value, String reason) {
        // Given
        Map<String, byte[]> headers =
                new HashMap<>(CloudEvent.of(CANCELLED, "/zoetrope/test", null).headers());
        if (value == null) {
            headers.remove(header);
        } else {
            headers.put(header, value.getBytes(StandardCharsets.UTF_8));
        }

        // When / Then
        assertThatThrownBy(() -> CloudEvent.parse(headers))
                .isInstanceOf(ContractException.class)
                .hasMessageContaining(header)
                .hasMessageContaining(reason);
    }

    @Test
    void an_order_issued_again_is_the_same_work_under_a_new_id() {
        // Given
        Order order = Order.first(Samples.JOB, Samples.spec(), Samples.AT);

        // When
        Order again = order.again(Samples.AT.plusSeconds(1));

        // Then
        assertThat(again)
                .usingRecursiveComparison()
                .ignoringFields("id", "attempt", "issuedAt")
                .isEqualTo(order);
        assertThat(again.id()).isNotEqualTo(order.id());
        assertThat(again.attempt()).isEqualTo(1);
    }

    private static byte[] changed(UnaryOperator<String> change) {
        String text = new String(Codec.FACTS.encode(CANCELLED), StandardCharsets.UTF_8);
        return change.apply(text).getBytes(StandardCharsets.UTF_8);
    }
}
