package dev.zoetrope.gateway.models;

import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.ContractException;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.messaging.TailReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * What workers offer, as far as the compacted topic has told. A worker says again and again what it serves; what none has said for a
 * while is served no more. Safe for use by several threads.
 */
public final class ModelCatalogue implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ModelCatalogue.class);
    private static final Duration MAY_BE_BACK = Duration.ofMinutes(10);

    private final Map<String, LastOffer> models = new ConcurrentHashMap<>();
    private final TailReader reader;
    private final Duration silence;
    private final Clock clock;
    private final Instant begun;

    /** An offer and when it was last made. */
    private record LastOffer(ModelOffered offer, Instant at) {}

    /**
     * @param kafka client settings, {@code bootstrap.servers} at least
     * @param silence how long an offer counts after a worker last made it
     */
    public ModelCatalogue(Map<String, Object> kafka, Duration silence) {
        this(kafka, silence, Clock.systemUTC());
    }

    ModelCatalogue(Map<String, Object> kafka, Duration silence, Clock clock) {
        this.reader = new TailReader("model-catalogue", kafka, Topics.MODELS, this::take);
        this.silence = silence;
        this.clock = clock;
        this.begun = clock.instant();
    }

    /** Starts to read; returns at once. */
    public void start() {
        reader.start();
    }

    /** The model, when somebody serves it. */
    public Optional<ModelOffered> find(String name) {
        return Optional.ofNullable(models.get(name)).filter(this::isServed).map(LastOffer::offer);
    }

    /**
     * The model.
     *
     * @throws ApiProblem 503 when workers served it until a while ago and may be back, or may just be starting as this gateway is; 404
     *     when none does
     */
    public ModelOffered require(String name) {
        LastOffer last = models.get(name);
        if (last != null && isServed(last)) {
            return last.offer();
        }
        Instant now = clock.instant();
        boolean starting = now.isBefore(begun.plus(silence)) && (last != null || all().isEmpty());
        if (starting || (last != null && last.at().isAfter(now.minus(MAY_BE_BACK)))) {
            throw ApiProblem.modelUnavailable(name, last == null ? begun : last.at());
        }
        throw ApiProblem.modelNotFound(
                name, all().stream().map(ModelOffered::name).toList());
    }

    /** All models that are served, by name. */
    public List<ModelOffered> all() {
        return models.values().stream()
                .filter(this::isServed)
                .map(LastOffer::offer)
                .sorted(Comparator.comparing(ModelOffered::name))
                .toList();
    }

    private boolean isServed(LastOffer last) {
        return last.at().isAfter(clock.instant().minus(silence));
    }

    @Override
    public void close() {
        reader.close();
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
            models.put(offer.name(), new LastOffer(offer, at));
        } catch (ContractException e) {
            LOG.warnf(
                    "An offer was not understood and is skipped: offset=%d reason=%s", record.offset(), e.getMessage());
        }
    }
}
