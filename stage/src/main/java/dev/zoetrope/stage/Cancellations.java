package dev.zoetrope.stage;

import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.ContractException;
import dev.zoetrope.contracts.Control;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.messaging.TailReader;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of which jobs nothing more is to be made: they were cancelled, or have failed in one place. The broadcast on {@link
 * Topics#CONTROL} is read by each process for itself and from its beginning, so that an order which waited long in a queue is
 * dropped too. Remembers a bounded number, the latest. Safe for use by several
 * threads.
 */
final class Cancellations implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Cancellations.class);
    private static final int REMEMBERED = 100_000;

    private final Consumer<String> listener;
    /** Jobs of which nothing more is to be made, and whether that is still to be told. */
    private final Map<String, Boolean> jobs = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    });

    private final TailReader reader;

    /** @param listener told of each such job, on the reading thread */
    Cancellations(Map<String, Object> kafka, Consumer<String> listener) {
        this.listener = listener;
        this.reader = new TailReader("zoetrope-control", kafka, Topics.CONTROL, this::hear);
    }

    void start() {
        reader.start();
    }

    /** Whether nothing more is to be made of the job. */
    boolean contains(String job) {
        return jobs.containsKey(job);
    }

    /** Whether the job was cancelled; one that has failed has been told of. */
    boolean isToBeTold(String job) {
        return jobs.getOrDefault(job, false);
    }

    private void hear(ConsumerRecord<String, byte[]> record) {
        try {
            Control control = Codec.CONTROL.decode(record.value());
            jobs.merge(control.job(), control.cancels(), Boolean::logicalAnd);
            listener.accept(control.job());
        } catch (ContractException e) {
            log.atWarn()
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("cause", e.getMessage())
                    .log("control message was not understood");
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
