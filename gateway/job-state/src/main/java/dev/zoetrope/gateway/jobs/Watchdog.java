package dev.zoetrope.gateway.jobs;

import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Finds jobs at which nobody works, and issues their first order again: every stage finds what it had made and hands on.
 *
 * <p>Silence alone says nothing, since a queue may be long. So a silent job is remembered with the ends that all queues have at
 * that moment. Its order, if there is one, lies before them. When every queue's group is past those ends and the job is still
 * silent, its order was taken and lost: dropped by the broker after its last delivery, or never written.
 */
public final class Watchdog implements PartitionOwner.Duty {
    private static final Logger LOG = Logger.getLogger(Watchdog.class);
    private static final long ASK_SECONDS = 10;

    private final Admin admin;
    private final Intake intake;
    private final Duration silence;
    private final Map<String, Suspicion> suspicions = new HashMap<>();

    /** A job's last fact when it was noticed, and the ends of the queues then. */
    private record Suspicion(
            long offset,
            Map<TopicPartition, Long> ends,
            @Nullable Instant drainedAt) {}

    /** @param silence how long a job may be silent before it is looked after */
    public Watchdog(Admin admin, Intake intake, Duration silence) {
        this.admin = admin;
        this.intake = intake;
        this.silence = silence;
    }

    @Override
    public void tend(Collection<KeptJob> jobs, Instant now) {
        List<JobView> silent = jobs.stream()
                .filter(job -> job.isKnown() && !job.state().ended())
                .filter(job -> job.lastFactAt().plus(silence).isBefore(now))
                .map(KeptJob::view)
                .toList();
        suspicions.keySet().retainAll(silent.stream().map(JobView::id).collect(Collectors.toSet()));
        if (silent.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> ends = ends();
        Map<TopicPartition, Long> done = done();
        for (JobView view : silent) {
            Suspicion known = suspicions.get(view.id());
            Suspicion suspicion =
                    known == null || known.offset != view.offset() ? new Suspicion(view.offset(), ends, null) : known;
            suspicions.put(view.id(), consider(view, suspicion, done, now));
        }
    }

    private Suspicion consider(JobView view, Suspicion suspicion, Map<TopicPartition, Long> done, Instant now) {
        boolean drained = suspicion.ends.entrySet().stream()
                .allMatch(end -> done.getOrDefault(end.getKey(), 0L) >= end.getValue());
        if (!drained) {
            return new Suspicion(suspicion.offset, suspicion.ends, null);
        }
        Instant since = suspicion.drainedAt;
        if (since == null) {
            return new Suspicion(suspicion.offset, suspicion.ends, now);
        }
        // The last worker's fact may still be on its way: one more silence before anything is done.
        if (since.plus(silence).isAfter(now)) {
            return suspicion;
        }
        issueAgain(view, now);
        return new Suspicion(suspicion.offset, ends(), null);
    }

    private void issueAgain(JobView view, Instant now) {
        LOG.warnf(
                "Nobody works on a job; its order is issued again: job=%s silentSince=%s",
                view.id(), view.lastFactAt());
        Order order = Order.first(view.id(), view.spec(), now).again(now);
        intake.send(order, null).exceptionally(failure -> {
            LOG.warnf(failure, "The order was not issued again: job=%s", view.id());
            return null;
        });
    }

    private Map<TopicPartition, Long> ends() {
        Map<TopicPartition, OffsetSpec> question =
                queues().stream().collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
        Map<TopicPartition, ListOffsetsResultInfo> answer =
                get(admin.listOffsets(question).all().toCompletionStage().toCompletableFuture());
        return answer.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue()
                .offset()));
    }

    private Collection<TopicPartition> queues() {
        List<String> topics = Arrays.stream(Stage.values()).map(Stage::topic).toList();
        return get(admin.describeTopics(topics)
                        .allTopicNames()
                        .toCompletionStage()
                        .toCompletableFuture())
                .values()
                .stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
    }

    /** Up to where each queue's group has settled every order. A partition of which nothing was taken yet is at 0. */
    private Map<TopicPartition, Long> done() {
        Map<TopicPartition, Long> done = new HashMap<>();
        for (Stage stage : Stage.values()) {
            Map<String, ListShareGroupOffsetsSpec> question =
                    Map.of(stage.shareGroup(), new ListShareGroupOffsetsSpec());
            Map<TopicPartition, SharePartitionOffsetInfo> answer;
            try {
                answer = get(admin.listShareGroupOffsets(question)
                        .partitionsToOffsetInfo(stage.shareGroup())
                        .toCompletionStage()
                        .toCompletableFuture());
            } catch (IllegalStateException e) {
                LOG.debugf(e, "A queue has no group yet: stage=%s", stage.label());
                continue;
            }
            answer.forEach((partition, info) ->
                    Optional.ofNullable(info).ifPresent(known -> done.put(partition, settled(known))));
        }
        return done;
    }

    /** The start offset is written with the next acknowledgement, so of a queue that has run dry only the lag says so. */
    private static long settled(SharePartitionOffsetInfo info) {
        return info.lag().filter(lag -> lag == 0).isPresent() ? Long.MAX_VALUE : info.startOffset();
    }

    private static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(ASK_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the broker did not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the broker", e);
        }
    }
}
