package dev.zoetrope.gateway;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.BucketArtifacts;
import dev.zoetrope.artifacts.StoreSettings;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.CloudEvent;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.StreamPart;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.embedded.EmbeddedObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Says on the real topics what the stages say, when a test tells it to; writes to the real store what they write. */
public final class ScriptedStages implements AutoCloseable {
    /** What it writes as every job's video. */
    static final byte[] VIDEO = "not really a video, but 52 bytes that can be ranged..".getBytes();

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Map<String, Object> kafka;
    private final Producer<String, byte[]> producer;
    private final BucketArtifacts artifacts;

    ScriptedStages(String brokers, EmbeddedObjectStore store) {
        kafka = Map.of("bootstrap.servers", brokers);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "max.request.size", Topics.LARGEST_MESSAGE),
                new StringSerializer(),
                new ByteArraySerializer());
        artifacts = BucketArtifacts.of(new StoreSettings(
                store.endpoint(),
                "zoetrope",
                store.credentials().accessKey(),
                store.credentials().secretKey()));
        artifacts.ensureBucket();
    }

    void offer(String model) {
        offer(new ModelCard(
                model,
                "wan",
                16,
                256,
                64,
                64,
                new SamplingSettings(20, 4.0),
                new ModelCard.Text(""),
                new ModelCard.Video(4, 33, 8),
                new ModelCard.Image(),
                new ModelCard.GivenFrames(false),
                new ModelCard.Continuation(),
                new ModelCard.Edit(),
                new ModelCard.References(),
                null));
    }

    /** Says that a worker serves such a model. */
    void offer(ModelCard card) {
        ModelOffered offer = new ModelOffered(Instant.now(), card, null);
        send(Topics.MODELS, card.name(), Codec.MODELS.encode(offer), Map.of());
    }

    /** Runs the job to its end, as far as facts tell. */
    void complete(String job, int segments) {
        for (int segment = 0; segment < segments; segment++) {
            say(new Fact.StageStarted(job, Instant.now(), Stage.DENOISING, segment, 0, "test"));
            say(new Fact.StageProgressed(job, Instant.now(), Stage.DENOISING, segment, 10, 20, null));
            say(new Fact.StageCompleted(job, Instant.now(), Stage.DENOISING, segment, 1, 0, List.of()));
        }
        ArtifactRef video = artifacts.putBytes(ArtifactKeys.video(job), VIDEO);
        say(new Fact.JobCompleted(job, Instant.now(), video, null, null, null, 33, 4.125));
    }

    /** Stores one part of the job's stream, of two fragments of 16 and 8 frames, and says that a segment is encoded. */
    StreamPart stream(String job, int part) {
        byte[] media = "init-of-the-part first-fragment second-fragment of %d"
                .formatted(part)
                .getBytes();
        ArtifactRef ref = artifacts.putBytes(ArtifactKeys.streamMedia(job, part), media);
        StreamPart stored = new StreamPart(
                part,
                24L * part,
                8,
                ref,
                17,
                List.of(new StreamPart.Fragment(15, 16), new StreamPart.Fragment(media.length - 32, 8)));
        artifacts.putBytes(ArtifactKeys.streamPart(job, part), stored.json());
        say(new Fact.StageCompleted(job, Instant.now(), Stage.VIDEO_ENCODING, part, 1, 0, List.of()));
        return stored;
    }

    /** Completes every job that is accepted from now on, until it is closed. */
    AutoCloseable completeWhatIsAccepted() {
        return completeWhatIsAccepted(VIDEO, VIDEO);
    }

    /** As {@link #completeWhatIsAccepted()}, with the video and the picture that it makes. */
    AutoCloseable completeWhatIsAccepted(byte[] video, byte[] picture) {
        AtomicBoolean closed = new AtomicBoolean();
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put("group.id", UUID.randomUUID().toString());
        KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> facts = consumer.partitionsFor(Topics.JOBS).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(facts);
        consumer.seekToEnd(facts);
        facts.forEach(consumer::position);
        Thread worker = new Thread(() -> {
            while (!closed.get()) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (Codec.FACTS.decode(record.value()) instanceof Fact.JobAccepted accepted) {
                        finish(accepted, video, picture);
                    }
                });
            }
            consumer.close();
        });
        worker.start();
        return () -> {
            closed.set(true);
            worker.join();
        };
    }

    private void finish(Fact.JobAccepted accepted, byte[] video, byte[] picture) {
        String job = accepted.job();
        if (accepted.spec().makesImage()) {
            completeImage(job, picture);
            return;
        }
        say(new Fact.JobCompleted(
                job,
                Instant.now(),
                artifacts.putBytes(ArtifactKeys.video(job), video),
                null,
                artifacts.putBytes(ArtifactKeys.thumbnail(job), VIDEO),
                artifacts.putBytes(ArtifactKeys.spritesheet(job), VIDEO),
                33,
                4.125));
    }

    /** As {@link #complete}, of a still image. */
    void completeImage(String job, byte[] picture) {
        ArtifactRef image = artifacts.putBytes(ArtifactKeys.image(job), picture);
        say(new Fact.JobCompleted(job, Instant.now(), null, image, null, null, 1, 0));
    }

    /** As {@link #say}, without waiting until the broker has it. */
    void sayLater(Fact fact) {
        producer.send(new ProducerRecord<>(Topics.JOBS, fact.job(), Codec.FACTS.encode(fact)));
    }

    void say(Fact fact) {
        send(
                Topics.JOBS,
                fact.job(),
                Codec.FACTS.encode(fact),
                CloudEvent.of(fact, "/test", null).headers());
    }

    void send(String topic, String key, byte[] value, Map<String, byte[]> headers) {
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, key, value);
        headers.forEach((name, content) -> record.headers().add(name, content));
        try {
            producer.send(record).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A JSON object in the store. */
    ObjectNode object(String key) {
        try (InputStream in = artifacts.open(artifacts.require(key))) {
            return (ObjectNode) MAPPER.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a JSON object into the store. */
    void object(String key, ObjectNode json) {
        artifacts.putBytes(key, json.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Every order of the job that is in the stage's queue. */
    List<Order> orders(Stage stage, String job) {
        return values(stage.topic()).stream()
                .map(record -> Codec.ORDERS.decode(record.value()))
                .filter(order -> order.job().equals(job))
                .toList();
    }

    /** Every record of a topic. */
    List<ConsumerRecord<String, byte[]>> values(String topic) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put("group.id", UUID.randomUUID().toString());
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    @Override
    public void close() {
        producer.close();
        artifacts.close();
    }
}
