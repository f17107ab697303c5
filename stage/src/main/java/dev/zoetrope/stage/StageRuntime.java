package dev.zoetrope.stage;

import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.messaging.MeshTopics;
import dev.zoetrope.messaging.Publisher;
import dev.zoetrope.messaging.TopicSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the lanes of a process: one worker each, over one connection to the broker's facts and control.
 *
 * <p>{@link #start} returns at once and waits for a broker that is not there yet; {@link #close} drains. Safe for use by several
 * threads.
 */
public final class StageRuntime implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StageRuntime.class);
    private static final Duration LATELY = Duration.ofSeconds(90);
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);
    /** Gateways take a model that was not offered for a minute as served no more. */
    private static final Duration OFFER_AGAIN = Duration.ofSeconds(15);

    private static final Duration GLANCE = Duration.ofSeconds(3);
    private static final long RETRY_MILLIS = 1_000;

    private final List<StageLane> lanes;
    private final StageSettings settings;
    private final Publisher publisher;
    private final Cancellations cancellations;
    private final Admin admin;
    private final MeshTopics topics;
    private final List<StageWorker> workers = new ArrayList<>();
    private final List<ModelOffered> offers = new CopyOnWriteArrayList<>();
    private final CountDownLatch prepared = new CountDownLatch(1);
    private final Thread starter = new Thread(this::prepare, "zoetrope-start");
    private final Thread offering = new Thread(this::offerAgain, "zoetrope-offers");
    private volatile boolean closing;

    /**
     * @param kafka {@code bootstrap.servers} and whatever else the connection needs
     * @param source who speaks, in facts: {@code denoiser-svc}
     */
    public StageRuntime(
            Collection<StageLane> lanes,
            Map<String, Object> kafka,
            StageSettings settings,
            TopicSettings topics,
            MeterRegistry metrics,
            OpenTelemetry telemetry,
            String source) {
        this.lanes = List.copyOf(lanes);
        this.settings = settings;
        this.publisher = new Publisher(kafka, "/zoetrope/" + source);
        this.cancellations = new Cancellations(kafka, this::cancelled);
        this.admin = Admin.create(impatient(kafka));
        this.topics = new MeshTopics(admin, topics);
        StageServices workshop = new StageServices(
                publisher,
                cancellations,
                settings,
                new StageMetrics(metrics),
                new Tracing(telemetry),
                Clock.systemUTC(),
                source + "@" + ProcessHandle.current().pid());
        for (StageLane lane : this.lanes) workers.add(new StageWorker(lane, kafka, workshop));
    }

    private static Map<String, Object> impatient(Map<String, Object> kafka) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.putIfAbsent("default.api.timeout.ms", 15_000);
        settings.putIfAbsent("request.timeout.ms", 5_000);
        return settings;
    }

    /** Begins to take orders as soon as the broker answers. */
    public void start() {
        starter.setDaemon(true);
        starter.start();
    }

    /** Tells whoever plans jobs that this process serves a model, again and again as long as it does. */
    public void offer(ModelOffered offer) {
        offers.add(offer);
        if (prepared.getCount() == 0) publisher.write(offer, null);
    }

    private void prepare() {
        while (!closing) {
            try {
                topics.ensure();
                begin();
                return;
            } catch (KafkaException e) {
                log.atWarn().addKeyValue("cause", e.toString()).log("broker is not there yet, trying again");
                sleep(RETRY_MILLIS);
            }
        }
    }

    private synchronized void begin() {
        if (closing) return;
        cancellations.start();
        workers.forEach(StageWorker::start);
        // Who waits until this is ready finds its models offered.
        offers.forEach(offer -> publisher.write(offer, null));
        prepared.countDown();
        offering.setDaemon(true);
        offering.start();
    }

    private void offerAgain() {
        while (!closing) {
            sleep(OFFER_AGAIN.toMillis());
            try {
                if (!closing) offers.forEach(offer -> publisher.write(offer, null));
            } catch (KafkaException | IllegalStateException e) {
                if (!closing) log.atWarn().addKeyValue("cause", e.toString()).log("models were not offered");
            }
        }
    }

    private void cancelled(String job) {
        workers.forEach(worker -> worker.cancelled(job));
    }

    /** Waits until orders are taken; false says that the broker has not answered in time. */
    public boolean awaitStart(Duration timeout) throws InterruptedException {
        return prepared.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether every lane can work and the broker answers. */
    public boolean isReady() {
        return !closing && prepared.getCount() == 0 && workers.stream().allMatch(StageWorker::isReady) && reachable();
    }

    private boolean reachable() {
        try {
            return !admin.describeCluster()
                    .nodes()
                    .get(GLANCE.toMillis(), TimeUnit.MILLISECONDS)
                    .isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Why lanes cannot work, by their names; empty when all can. */
    public Map<String, String> problems() {
        Map<String, String> problems = new TreeMap<>();
        workers.forEach(worker ->
                worker.problem().ifPresent(why -> problems.put(worker.lane().name(), why)));
        return problems;
    }

    /** Whether every worker's queue thread comes round; one that does not will not recover by itself. */
    public boolean isAlive() {
        return closing || prepared.getCount() > 0 || workers.stream().allMatch(worker -> worker.isAlive(LATELY));
    }

    /** Takes no more orders, lets each worker store what it reached and issue its order again, and ends. */
    @Override
    public void close() {
        synchronized (this) {
            if (closing) return;
            closing = true;
        }
        offering.interrupt();
        workers.forEach(worker -> worker.drain(settings.drain()));
        Duration patience = settings.drain().plus(LAST_WORDS);
        long until = System.nanoTime() + patience.toNanos();
        if (prepared.getCount() == 0) {
            for (StageWorker worker : workers) awaitEnd(worker, Duration.ofNanos(until - System.nanoTime()));
        }
        cancellations.close();
        publisher.close();
        admin.close(GLANCE);
    }

    private static void awaitEnd(StageWorker worker, Duration patience) {
        try {
            if (!worker.awaitEnd(patience)) {
                log.atWarn().addKeyValue("lane", worker.lane().name()).log("worker did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
