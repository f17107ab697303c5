package dev.zoetrope.contracts;

import java.util.List;

/** The codec of any message that we read; requests from outside are read by the {@code requests} module. */
final class Codecs {
    static final List<Codec<? extends Message>> ALL =
            List.of(Codec.ORDERS, Codec.FACTS, Codec.CONTROL, Codec.MODELS, Codec.DEAD_LETTERS);

    private Codecs() {}

    @SuppressWarnings("unchecked")
    static Codec<Message> of(Message message) {
        return (Codec<Message>) ALL.stream()
                .filter(codec -> codec.types().containsValue(message.getClass()))
                .findFirst()
                .orElseThrow();
    }
}
