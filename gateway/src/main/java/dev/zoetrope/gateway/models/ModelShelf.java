package dev.zoetrope.gateway.models;

import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.ContractException;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.gateway.problems.ApiProblem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What workers offer, as far as the compacted topic has told. A worker says again and again what it serves; what none has said for a
 * while is served no more. Safe for use by several threads.
 */
public final class ModelShelf implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ModelShelf.class);
    private static final Duration MAY_BE_BACK = Duration.ofMinutes(10);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Map<String, Object> kafka;
    private final Map<String, Heard> models = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::run, "model-shelf");
    private final Duration silence;
    private final Clock clock;
    private final Instant begun;
    private volatile boolean closed;
    private volatile @Nullable KafkaConsumer<String, byte[]> reader;

    /** An offer and when it was last made. */
    private record Heard(ModelOffered offer, Instant at) {}

    /**
     * @param kafka client settings, {@code bootstrap.servers} at least
     * @param silence how long an offer counts after a worker last made it
     */
    public ModelShelf(Map<String, Object> kafka, Duration silence) {
        this(kafka, silence, Clock.systemUTC());
    }

    ModelShelf(Map<String, Object> kafka, Duration silence, Clock clock) {
        this.kafka = Map.copyOf(kafka);
        this.silence = silence;
        this.clock = clock;
        this.begun = clock.instant();
        thread.setDaemon(true);
    }

    /** Starts to read; returns at once. */
    public void start() {
        thread.start();
    }

    /** The model, when somebody serves it. */
    public Optional<ModelOffered> find(String name) {
        return Optional.ofNullable(models.get(name)).filter(this::isServed).map(Heard::offer);
    }

    /**
     * The model.
     *
     * @throws ApiProblem 503 when workers served it until a while ago and may be back, or may just be starting as this gateway is; 404
     *     when none does
     */
    public ModelOffered require(String name) {
        Heard heard = models.get(name);
        if (heard != null && isServed(heard)) {
            return heard.offer();
        }
        Instant now = clock.instant();
        boolean starting = now.isBefore(begun.plus(silence)) && (heard != null || all().isEmpty());
        if (starting || (heard != null && heard.at().isAfter(now.minus(MAY_BE_BACK)))) {
            throw ApiProblem.modelUnavailable(name, heard == null ? begun : heard.at());
        }
        throw ApiProblem.modelNotFound(
                name, all().stream().map(ModelOffered::name).toList());
    }

    /** All models that are served, by name. */
    public List<ModelOffered> all() {
        return models.values().stream()
                .filter(this::isServed)
                .map(Heard::offer)
                .sorted(Comparator.comparing(ModelOffered::name))
                .toList();
    }

    private boolean isServed(Heard heard) {
        return heard.at().isAfter(clock.instant().minus(silence));
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        KafkaConsumer<String, byte[]> open = reader;
        if (open != null) {
            open.wakeup();
        }
        thread.join(TimeUnit.SECONDS.toMillis(10));
    }

    private void run() {
        while (!closed) {
            try (KafkaConsumer<String, byte[]> consumer = consumer()) {
                reader = consumer;
                follow(consumer);
            } catch (WakeupException e) {
                // Closing.
            } catch (KafkaException e) {
                LOG.warnf(e, "Reading offers failed; trying again");
                pause();
            } finally {
                reader = null;
            }
        }
    }

    private void follow(KafkaConsumer<String, byte[]> consumer) {
        consumer.assign(consumer.partitionsFor(Topics.MODELS).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList());
        consumer.seekToBeginning(consumer.assignment());
        while (!closed) {
            consumer.poll(POLL).forEach(this::take);
        }
    }

    void take(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            if (record.key() != null) {
                models.remove(record.key());
            }
            return;
        }
        try {
            ModelOffered offer = Codec.MODELS.decode(record.value());
            // A worker's clock may be ahead.
            Instant at = Instant.ofEpochMilli(Math.min(record.timestamp(), clock.millis()));
            models.put(offer.name(), new Heard(offer, at));
        } catch (ContractException e) {
            LOG.warnf(
                    "An offer was not understood and is skipped: offset=%d reason=%s", record.offset(), e.getMessage());
        }
    }

    private KafkaConsumer<String, byte[]> consumer() {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private static void pause() {
        try {
            Thread.sleep(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
