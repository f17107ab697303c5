package dev.zoetrope.stage;

import dev.zoetrope.artifacts.StoreUnavailable;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.ContractException;
import dev.zoetrope.contracts.Control;
import dev.zoetrope.contracts.DeadLetter;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Problem;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.messaging.Delivery;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One delivery of an order, from its bytes to its end. Whatever becomes of it is durable before it counts as settled: the orders
 * that follow, the same order issued again, or a dead letter and the fact that the job has failed.
 */
final class Attempt implements Callable<Attempt.End>, StageContext {
    private static final Logger log = LoggerFactory.getLogger(Attempt.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** What is to become of the record. */
    enum End {
        /** It is done with. */
        SETTLED,
        /** It will be delivered again, because its lock was lost. */
        LEFT
    }

    private final Delivery delivery;
    private final StageLane lane;
    private final StageServices shop;
    private final Tracing.StageSpan span;
    private volatile @Nullable Order order;
    private volatile boolean stopped;
    private volatile boolean lost;
    private long progressAt = Long.MIN_VALUE;

    Attempt(Delivery delivery, StageLane lane, StageServices shop) {
        this.delivery = delivery;
        this.lane = lane;
        this.shop = shop;
        this.span = shop.tracing().stage(lane.stageOf(delivery.record().topic()), delivery);
    }

    /** Asks the work to leave off. */
    void stop() {
        stopped = true;
    }

    /** Another worker has the order now: the work is to leave off, and nothing is to be handed on. */
    void lose() {
        lost = true;
        stopped = true;
        log.atWarn()
                .addKeyValue("order", delivery.place())
                .log("lock was lost, leaving the order to its next delivery");
    }

    boolean isAbout(String job) {
        Order known = order;
        return known != null && known.job().equals(job);
    }

    /** Issues the order again without waiting for the work; false when it is not known what order it is. */
    boolean abandon() {
        Order known = order;
        if (known == null || lost) return false;
        // Whatever the work still does, or fails at when it is interrupted, is for nobody.
        lost = true;
        reissue(known, delivery.losses(), delivery.failures(), "abandoned");
        return true;
    }

    @Override
    public End call() {
        try (Scope scope = span.context().makeCurrent()) {
            return settle();
        } finally {
            span.end();
        }
    }

    private End settle() {
        Order read;
        try {
            read = Codec.ORDERS.decode(delivery.value());
        } catch (ContractException e) {
            return refuse(e.code(), e.getMessage());
        }
        order = read;
        StageWork<Order> work;
        try {
            work = lane.workFor(read);
        } catch (IllegalArgumentException e) {
            return refuse(ProblemCode.BAD_ORDER, e.getMessage());
        }
        return carryOut(read, work);
    }

    private <O extends Order> End carryOut(O read, StageWork<O> work) {
        span.about(read);
        if (isCancelled(read)) return dropCancelled(read);
        if (delivery.losses() >= shop.settings().maxLosses()) {
            return fail(
                    read,
                    ProblemCode.DELIVERY_EXHAUSTED,
                    "workers ended without a word " + delivery.losses() + " times while they worked on "
                            + work.stage().label());
        }
        O eased = delivery.losses() == 0 ? read : work.afterLosses(read, delivery.losses());
        // The broker forgets an order that was delivered too often, whatever its worker does afterwards.
        if (delivery.count() >= shop.settings().reissueAtDelivery()) {
            return reissue(eased, delivery.losses(), delivery.failures(), "delivered often");
        }
        return workOn(eased, work);
    }

    private <O extends Order> End workOn(O read, StageWork<O> work) {
        Instant began = shop.clock().instant();
        double wait = seconds(Duration.between(read.issuedAt(), began));
        shop.metrics().waited(read, wait);
        tell(new Fact.StageStarted(read.job(), began, read.stage(), read.segment(), read.attempt(), shop.worker()));
        log.atInfo()
                .addKeyValue("job", read.job())
                .addKeyValue("stage", read.stage().label())
                .addKeyValue("segment", read.segment())
                .addKeyValue("attempt", read.attempt())
                .log("stage started");
        try {
            Outcome outcome = patiently(read, work);
            Instant ended = shop.clock().instant();
            return handOn(read, outcome, seconds(Duration.between(began, ended)), wait);
        } catch (WorkStopped e) {
            if (lost) return End.LEFT;
            if (isCancelled(read)) return dropCancelled(read);
            return reissue(e.rest(), delivery.losses(), delivery.failures(), "left off");
        } catch (Exception | OutOfMemoryError | StackOverflowError | LinkageError e) {
            if (lost) return End.LEFT;
            return e instanceof Problem problem && !problem.mayPass()
                    ? fail(read, problem.code(), problem.getMessage())
                    : tryAgain(read, e);
        }
    }

    /** A store that is away costs time, and no attempt. */
    private <O extends Order> Outcome patiently(O read, StageWork<O> work) throws Exception {
        Patience patience = new Patience();
        while (true) {
            try {
                return work.work(read, this);
            } catch (StoreUnavailable e) {
                if (stopped) throw new WorkStopped(read);
                patience.afterAwhile(e);
            }
        }
    }

    @Override
    public <T> T patiently(Supplier<T> call) {
        Patience patience = new Patience();
        while (true) {
            try {
                return call.get();
            } catch (StoreUnavailable e) {
                patience.afterAwhile(e);
            }
        }
    }

    /** Ever longer waits, up to a limit. */
    private final class Patience {
        private final long until =
                System.nanoTime() + shop.settings().storePatience().toNanos();
        private Duration pause = shop.settings().retryDelay();

        /** Waits, or throws what came when it waited enough or is to leave off. */
        void afterAwhile(StoreUnavailable e) {
            log.atWarn()
                    .addKeyValue("order", delivery.place())
                    .addKeyValue("cause", e.getMessage())
                    .log("store is away, waiting for it");
            if (System.nanoTime() > until || !rest(pause)) throw e;
            pause = longer(pause);
        }
    }

    private End handOn(Order read, Outcome outcome, double seconds, double wait) {
        if (lost) return End.LEFT;
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact.StageCompleted(
                read.job(),
                shop.clock().instant(),
                read.stage(),
                read.segment(),
                seconds,
                Math.max(0, wait),
                outcome.artifacts()));
        facts.addAll(outcome.facts());
        List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
        outcome.next().forEach(next -> records.add(shop.publisher().record(next, span.traceparent())));
        facts.forEach(fact -> records.add(shop.publisher().record(fact, span.traceparent())));
        shop.publisher().write(records);
        shop.metrics()
                .completed(
                        read,
                        seconds,
                        outcome.artifacts().stream()
                                .mapToLong(ArtifactRef::bytes)
                                .sum());
        log.atInfo()
                .addKeyValue("job", read.job())
                .addKeyValue("stage", read.stage().label())
                .addKeyValue("segment", read.segment())
                .addKeyValue("seconds", seconds)
                .log("stage completed");
        return End.SETTLED;
    }

    private End tryAgain(Order read, Throwable cause) {
        int failures = delivery.failures() + 1;
        span.failed(cause);
        log.atWarn()
                .addKeyValue("job", read.job())
                .addKeyValue("stage", read.stage().label())
                .addKeyValue("failures", failures)
                .setCause(cause)
                .log("stage failed");
        ProblemCode code = codeOf(cause);
        shop.metrics().failed(read.stage(), code);
        if (failures >= shop.settings().maxFailures()) {
            return fail(read, code, read.stage().label() + " failed " + failures + " times, at last with: " + cause);
        }
        rest(shop.settings().retryDelay().multipliedBy(1L << Math.min(10, failures - 1)));
        return reissue(read, delivery.losses(), failures, "failed");
    }

    /** What does not say itself what it is, is our own fault. */
    private static ProblemCode codeOf(Throwable cause) {
        if (cause instanceof Problem problem) return problem.code();
        return cause instanceof OutOfMemoryError ? ProblemCode.OUT_OF_MEMORY : ProblemCode.STAGE_FAILED;
    }

    private End reissue(Order rest, int losses, int failures, String reason) {
        if (isCancelled(rest)) return dropCancelled(rest);
        Order again = rest.again(shop.clock().instant());
        shop.publisher().write(List.of(shop.publisher().record(again, losses, failures, span.traceparent())));
        shop.metrics().reissued(again.stage(), reason);
        log.atInfo()
                .addKeyValue("job", again.job())
                .addKeyValue("stage", again.stage().label())
                .addKeyValue("segment", again.segment())
                .addKeyValue("attempt", again.attempt())
                .addKeyValue("reason", reason)
                .log("order issued again");
        return End.SETTLED;
    }

    private boolean isCancelled(Order read) {
        return shop.cancellations().contains(read.job());
    }

    private End dropCancelled(Order read) {
        if (shop.cancellations().isToBeTold(read.job())) {
            shop.publisher()
                    .write(new Fact.JobCancelled(read.job(), shop.clock().instant()), span.traceparent());
        }
        log.atInfo()
                .addKeyValue("job", read.job())
                .addKeyValue("stage", read.stage().label())
                .log("order of an ended job dropped");
        return End.SETTLED;
    }

    /** Ends an order that nobody can carry out. */
    private End fail(Order read, ProblemCode code, @Nullable String message) {
        return end(read.job(), read.stage(), code, message);
    }

    /** Ends a record that is no order of this stage. */
    private End refuse(ProblemCode code, @Nullable String message) {
        return end(delivery.job().orElse(null), lane.stageOf(delivery.record().topic()), code, message);
    }

    private End end(@Nullable String job, Stage stage, ProblemCode code, @Nullable String message) {
        String reason = message == null ? code.meaning() : message;
        byte[] value = delivery.value();
        Instant now = shop.clock().instant();
        shop.publisher()
                .write(
                        new DeadLetter(
                                now,
                                delivery.record().topic(),
                                delivery.record().partition(),
                                delivery.record().offset(),
                                delivery.count(),
                                job,
                                code,
                                reason,
                                value == null ? "" : Base64.getEncoder().encodeToString(value)),
                        span.traceparent());
        if (job != null) {
            shop.publisher().write(new Fact.JobFailed(job, now, code, reason, stage), span.traceparent());
            shop.publisher().write(new Control.WorkDropped(job, now), span.traceparent());
        }
        shop.metrics().failed(stage, code);
        log.atWarn()
                .addKeyValue("job", job)
                .addKeyValue("stage", stage.label())
                .addKeyValue("code", code.code())
                .addKeyValue("reason", reason)
                .log("order put with the dead letters");
        return End.SETTLED;
    }

    @Override
    public void progress(int step, int steps) {
        Order known = order;
        long now = System.nanoTime();
        if (known == null
                || (step < steps
                        && progressAt != Long.MIN_VALUE
                        && now - progressAt < shop.settings().progressInterval().toNanos())) {
            return;
        }
        progressAt = now;
        tell(new Fact.StageProgressed(
                known.job(), shop.clock().instant(), known.stage(), known.segment(), step, steps, null));
    }

    private void tell(Fact fact) {
        shop.publisher().sendPassing(fact, span.traceparent());
    }

    @Override
    public boolean stopRequested() {
        return stopped;
    }

    @Override
    public int losses() {
        return delivery.losses();
    }

    @Override
    public void read(long bytes) {
        shop.metrics().read(lane.stageOf(delivery.record().topic()), bytes);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    /** Waits; false says that the wait was cut short because the work is to leave off. */
    private boolean rest(Duration pause) {
        long until = System.nanoTime() + pause.toNanos();
        while (!stopped && System.nanoTime() < until) {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return !stopped;
    }
}
