package dev.zoetrope.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaSettingsTest {
    @Test
    void the_broker_s_servers_and_its_security_are_taken_from_the_configuration() {
        // Given
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withDefaultValue("kafka.bootstrap.servers", "broker:9093")
                .withDefaultValue("kafka.security.protocol", "SASL_SSL")
                .withDefaultValue("kafka.group.id", "somebody-else-s")
                .build();
        // When
        Map<String, Object> kafka = KafkaSettings.of(config);
        // Then
        assertThat(kafka)
                .containsEntry("bootstrap.servers", "broker:9093")
                .containsEntry("security.protocol", "SASL_SSL")
                .doesNotContainKey("group.id");
    }
}
