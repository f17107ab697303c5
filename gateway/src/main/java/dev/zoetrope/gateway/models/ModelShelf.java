package dev.zoetrope.gateway.models;

import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.ContractException;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.Topics;
import java.time.Duration;
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

/** What workers offer, as far as the compacted topic has told. Safe for use by several threads. */
public final class ModelShelf implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ModelShelf.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final Map<String, Object> kafka;
    private final Map<String, ModelOffered> models = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::run, "model-shelf");
    private volatile boolean closed;
    private volatile @Nullable KafkaConsumer<String, byte[]> reader;

    /** @param kafka client settings, {@code bootstrap.servers} at least */
    public ModelShelf(Map<String, Object> kafka) {
        this.kafka = Map.copyOf(kafka);
        thread.setDaemon(true);
    }

    /** Starts to read; returns at once. */
    public void start() {
        thread.start();
    }

    /** The model, when somebody serves it. */
    public Optional<ModelOffered> find(String name) {
        return Optional.ofNullable(models.get(name));
    }

    /** All models by name. */
    public List<ModelOffered> all() {
        return models.values().stream()
                .sorted(Comparator.comparing(ModelOffered::name))
                .toList();
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

    private void take(ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            if (record.key() != null) {
                models.remove(record.key());
            }
            return;
        }
        try {
            ModelOffered offer = Codec.MODELS.decode(record.value());
            models.put(offer.name(), offer);
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
