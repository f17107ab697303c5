package dev.zoetrope.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** {@code decode(encode(message)) = message}, for each kind of message. */
class RoundTripTest {
    @Property(tries = 100)
    void orders_come_back(@ForAll("orders") Order order) {
        assertThat(Codec.ORDERS.decode(Codec.ORDERS.encode(order))).isEqualTo(order);
    }

    @Property(tries = 300)
    void facts_come_back(@ForAll("facts") Fact fact) {
        assertThat(Codec.FACTS.decode(Codec.FACTS.encode(fact))).isEqualTo(fact);
    }

    @Property(tries = 50)
    void control_comes_back(@ForAll("control") Control control) {
        assertThat(Codec.CONTROL.decode(Codec.CONTROL.encode(control))).isEqualTo(control);
    }

    @Property(tries = 50)
    void offers_come_back(@ForAll("models") ModelOffered offer) {
        assertThat(Codec.MODELS.decode(Codec.MODELS.encode(offer))).isEqualTo(offer);
    }

    @Property(tries = 50)
    void dead_letters_come_back(@ForAll("deadLetters") DeadLetter letter) {
        assertThat(Codec.DEAD_LETTERS.decode(Codec.DEAD_LETTERS.encode(letter))).isEqualTo(letter);
    }

    @Property(tries = 50)
    void headers_come_back(@ForAll("facts") Fact fact) {
        CloudEvent event = CloudEvent.of(fact, "/zoetrope/test", "00-" + "1".repeat(32) + "-" + "2".repeat(16) + "-01");
        assertThat(CloudEvent.parse(event.headers())).isEqualTo(event);
    }

    @Provide
    Arbitrary<Order> orders() {
        return any(Codec.ORDERS);
    }

    @Provide
    Arbitrary<Fact> facts() {
        return any(Codec.FACTS);
    }

    @Provide
    Arbitrary<Control> control() {
        return any(Codec.CONTROL);
    }

    @Provide
    Arbitrary<ModelOffered> models() {
        return any(Codec.MODELS);
    }

    @Provide
    Arbitrary<DeadLetter> deadLetters() {
        return any(Codec.DEAD_LETTERS);
    }

    private static <M extends Message> Arbitrary<M> any(Codec<M> codec) {
        List<Arbitrary<M>> kinds = codec.types().values().stream()
                .<Arbitrary<M>>map(type -> Arbitraries.randomValue(random -> new RandomRecords(random).next(type)))
                .collect(Collectors.toList());
        return Arbitraries.oneOf(kinds);
    }
}
