package dev.zoetrope.gateway.jobs;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads of one's own and others' writes. What any gateway has acknowledged lies before the topic's end; a replica that does not
 * know an id asks the broker for that end and waits until it has read up to there, before it says that there is no such job.
 *
 * <p>Misses that come while an end is asked for share the next question, so a flood of unknown ids costs the broker little.
 */
public final class Freshness {
    private final Admin admin;
    private final Watermarks watermarks;
    private final Duration limit;
    private @Nullable CompletableFuture<Void> asking;
    private @Nullable CompletableFuture<Void> next;

    /** @param limit how long a read may wait */
    public Freshness(Admin admin, Projection projection, Duration limit) {
        this.admin = admin;
        this.watermarks = projection.watermarks();
        this.limit = limit;
    }

    /** Completes when all that was acknowledged before this call is on the board; exceptionally when that takes too long. */
    public CompletionStage<Void> now() {
        return ask().copy().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private synchronized CompletableFuture<Void> ask() {
        if (asking == null) {
            CompletableFuture<Void> first = new CompletableFuture<>();
            asking = first;
            start(first);
            return first;
        }
        // The question under way may have been answered before this caller's write: it needs the one after.
        CompletableFuture<Void> following = next == null ? new CompletableFuture<>() : next;
        next = following;
        return following;
    }

    private void start(CompletableFuture<Void> round) {
        // A replica that has only just started does not know yet where to look.
        watermarks.begun().thenRun(() -> askForEnds(round));
    }

    private void askForEnds(CompletableFuture<Void> round) {
        Map<TopicPartition, OffsetSpec> question = new HashMap<>();
        watermarks.positions().keySet().forEach(partition -> question.put(partition, OffsetSpec.latest()));
        admin.listOffsets(question).all().whenComplete((ends, failure) -> {
            startNext();
            if (failure != null) {
                round.completeExceptionally(failure);
                return;
            }
            Map<TopicPartition, Long> until = new HashMap<>();
            ends.forEach((partition, end) -> until.put(partition, offset(end)));
            watermarks.await(until).thenRun(() -> round.complete(null));
        });
    }

    private static long offset(ListOffsetsResultInfo end) {
        return end.offset();
    }

    private void startNext() {
        CompletableFuture<Void> following;
        synchronized (this) {
            following = next;
            next = null;
            asking = following;
        }
        if (following != null) {
            start(following);
        }
    }
}
