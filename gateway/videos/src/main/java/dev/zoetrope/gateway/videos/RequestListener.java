package dev.zoetrope.gateway.videos;

import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Hands requests from outside on, one after the other, each again until it is settled. */
@ApplicationScoped
class RequestListener {
    private static final Logger LOG = Logger.getLogger(RequestListener.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final OutsideRequests requests;

    RequestListener(OutsideRequests requests) {
        this.requests = requests;
    }

    @Incoming("gateway-requests")
    @Blocking
    void take(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                requests.take(record);
                return;
            } catch (RuntimeException e) {
                LOG.warnf("A request could not be settled yet: offset=%d reason=%s", record.offset(), e);
            }
            Thread.sleep(pause.toMillis());
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
    }
}
