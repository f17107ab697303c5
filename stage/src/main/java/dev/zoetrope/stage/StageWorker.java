package dev.zoetrope.stage;

import dev.zoetrope.contracts.Problem;
import dev.zoetrope.messaging.Delivery;
import dev.zoetrope.messaging.ShareQueue;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one order at a time from a lane's queue. Two threads: this one talks to the queue and renews the order's lock, the other
 * works, because a share consumer is for one thread and forgets whoever does not poll.
 */
final class StageWorker {
    private static final Logger log = LoggerFactory.getLogger(StageWorker.class);
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final long GLANCE_MILLIS = 200;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private final StageLane lane;
    private final Map<String, Object> kafka;
    private final StageServices workshop;
    private final ExecutorService hands;
    private final Thread thread;
    private volatile long aliveAt = System.nanoTime();
    private volatile long drainedBy;
    private volatile boolean prepared;
    private volatile @Nullable String problem;
    private volatile boolean closing;
    private volatile @Nullable Attempt current;

    StageWorker(StageLane lane, Map<String, Object> kafka, StageServices workshop) {
        this.lane = lane;
        this.kafka = kafka;
        this.workshop = workshop;
        this.thread = new Thread(this::run, "zoetrope-" + lane.name() + "-queue");
        this.hands = Executors.newSingleThreadExecutor(task -> {
            Thread worker = new Thread(task, "zoetrope-" + lane.name());
            // An order that does not come to its end in time is issued again; it must not keep the process.
            worker.setDaemon(true);
            return worker;
        });
    }

    void start() {
        thread.start();
    }

    /** Asks the worker to end: no new order, the one at hand is left off at its next good moment or by the deadline. */
    void drain(Duration patience) {
        drainedBy = System.nanoTime() + patience.toNanos();
        closing = true;
        Attempt attempt = current;
        if (attempt != null) attempt.stop();
    }

    /** Waits until the worker has ended; false says that it did not in time. */
    boolean awaitEnd(Duration timeout) throws InterruptedException {
        thread.join(Math.max(1, timeout.toMillis()));
        hands.shutdownNow();
        return !thread.isAlive();
    }

    /** Tells the work at hand that its job was cancelled. */
    void cancelled(String job) {
        Attempt attempt = current;
        if (attempt != null && attempt.isAbout(job)) attempt.stop();
    }

    StageLane lane() {
        return lane;
    }

    /** Whether the queue's thread has come round lately. */
    boolean isAlive(Duration lately) {
        return thread.isAlive() && System.nanoTime() - aliveAt < lately.toNanos();
    }

    /** Whether orders can be worked on. */
    boolean isReady() {
        return prepared && !closing;
    }

    private void run() {
        prepare();
        while (!closing) {
            comeRound();
            try (ShareQueue queue = ShareQueue.join(kafka, lane.group(), lane.topics())) {
                serve(queue);
            } catch (KafkaException e) {
                log.atWarn()
                        .addKeyValue("lane", lane.name())
                        .addKeyValue("cause", e.toString())
                        .log("queue was lost, joining again");
                pause(IDLE.toMillis());
            } catch (RuntimeException | Error e) {
                log.atError().addKeyValue("lane", lane.name()).setCause(e).log("queue failed, joining again");
                pause(IDLE.toMillis());
            }
        }
    }

    /** Why orders cannot be worked on, and when that is tried again; empty when they can. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** On the thread that works, because some devices belong to the thread that opened them. */
    private void prepare() {
        for (int failures = 1; !closing; failures++) {
            Future<?> preparation = hands.submit(lane.preparation());
            while (!closing && !preparation.isDone()) {
                comeRound();
                pause(GLANCE_MILLIS);
            }
            if (closing) return;
            Duration wait = wait(failures);
            prepared = succeeded(preparation, failures, wait);
            if (prepared) return;
            long again = System.nanoTime() + wait.toNanos();
            while (!closing && System.nanoTime() < again) {
                comeRound();
                pause(Math.min(GLANCE_MILLIS, wait.toMillis()));
            }
        }
    }

    /** What failed often will hardly succeed soon. */
    private Duration wait(int failures) {
        Duration wait = workshop.settings().retryDelay().multipliedBy(1L << Math.min(20, failures));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }

    private boolean succeeded(Future<?> preparation, int failures, Duration wait) {
        try {
            preparation.get();
            problem = null;
            log.atInfo().addKeyValue("lane", lane.name()).log("lane is ready");
            return true;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            problem = "tried " + failures + " times, next in " + wait.toSeconds() + " s: "
                    + (cause instanceof Problem ? cause.getMessage() : cause);
            log.atError()
                    .addKeyValue("lane", lane.name())
                    .addKeyValue("failures", failures)
                    .addKeyValue("wait", wait)
                    .setCause(cause)
                    .log("lane cannot work");
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void serve(ShareQueue queue) {
        while (!closing) {
            comeRound();
            Delivery delivery = queue.take(IDLE).orElse(null);
            if (delivery != null && !attend(queue, delivery)) return;
        }
    }

    /** Works on an order and settles it; false says that its lock was lost. */
    private boolean attend(ShareQueue queue, Delivery delivery) {
        Attempt attempt = new Attempt(delivery, lane, workshop);
        current = attempt;
        if (closing) attempt.stop();
        try {
            return await(queue, attempt, hands.submit(attempt));
        } finally {
            current = null;
        }
    }

    private boolean await(ShareQueue queue, Attempt attempt, Future<Attempt.End> work) {
        long renewEvery = queue.lock().toNanos() / 3;
        long renewedAt = System.nanoTime();
        boolean locked = true;
        while (true) {
            comeRound();
            try {
                Attempt.End end = work.get(GLANCE_MILLIS, TimeUnit.MILLISECONDS);
                return end == Attempt.End.SETTLED && locked && queue.accept();
            } catch (TimeoutException e) {
                if (closing && System.nanoTime() > drainedBy) return attempt.abandon() && locked && queue.accept();
                if (locked && System.nanoTime() - renewedAt > renewEvery) {
                    locked = queue.renew();
                    renewedAt = System.nanoTime();
                    if (!locked) attempt.lose();
                }
            } catch (ExecutionException e) {
                // Neither settled nor issued again: the record goes back to the queue with one more delivery.
                log.atError()
                        .addKeyValue("lane", lane.name())
                        .setCause(e.getCause())
                        .log("order could not be settled");
                return false;
            } catch (InterruptedException e) {
                attempt.stop();
            }
        }
    }

    private void comeRound() {
        aliveAt = System.nanoTime();
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
