package dev.zoetrope.messaging;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.eclipse.microprofile.config.Config;

/** What all clients of the broker have in common: the servers, TLS, SASL. */
public final class KafkaSettings {
    private KafkaSettings() {}

    /** Every {@code kafka.<name>} that any kind of client takes. */
    public static Map<String, Object> of(Config config) {
        Map<String, Object> kafka = new HashMap<>(Map.of("bootstrap.servers", "localhost:9092"));
        for (String name : AdminClientConfig.configNames()) {
            config.getOptionalValue("kafka." + name, String.class).ifPresent(value -> kafka.put(name, value));
        }
        return kafka;
    }
}
