package dev.zoetrope.clients;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A prompt becomes an event, and the completed fact that answers it is printed: no HTTP, no library of Zoetrope's. */
public final class GenerateByKafka {
    private static final ObjectMapper JSON = new ObjectMapper();

    private GenerateByKafka() {}

    /** Arguments: brokers, prompt. */
    public static void main(String[] args) throws IOException, ExecutionException, InterruptedException {
        System.out.println(generate(args[0], args[1]));
    }

    /**
     * Asks for a video and waits for its end.
     *
     * @return the completed fact's JSON, which has the reference to the video
     */
    public static String generate(String brokers, String prompt)
            throws IOException, ExecutionException, InterruptedException {
        String eventId = UUID.randomUUID().toString();
        try (KafkaConsumer<String, String> facts = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "group.id", eventId, "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            facts.subscribe(List.of("zoetrope.jobs"));
            request(brokers, eventId, prompt);
            return awaitEnd(facts, eventId);
        }
    }

    private static void request(String brokers, String eventId, String prompt)
            throws IOException, ExecutionException, InterruptedException {
        String request = JSON.writeValueAsString(
                Map.of("type", "GenerationRequested", "version", 2, "prompt", prompt, "seconds", "4"));
        ProducerRecord<String, String> record = new ProducerRecord<>("zoetrope.requests", request);
        Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", eventId,
                        "ce_source", "/clients/plain-kafka",
                        "ce_type", "dev.zoetrope.GenerationRequested.v2",
                        "content-type", "application/json")
                .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "acks", "all"), new StringSerializer(), new StringSerializer())) {
            producer.send(record).get();
        }
    }

    private static String awaitEnd(KafkaConsumer<String, String> facts, String eventId) throws IOException {
        String job = "";
        while (true) {
            for (ConsumerRecord<String, String> fact : facts.poll(Duration.ofSeconds(1))) {
                var json = JSON.readTree(fact.value());
                String type = json.get("type").asText();
                if (type.equals("JobAccepted")
                        && json.at("/request/externalId").asText().equals(eventId)) {
                    job = fact.key();
                } else if (fact.key().equals(job) && type.equals("JobCompleted")) {
                    return fact.value();
                } else if (fact.key().equals(job) && type.equals("JobFailed")) {
                    throw new IOException(
                            "the video failed: " + json.get("message").asText());
                }
            }
        }
    }
}
