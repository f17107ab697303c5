package dev.zoetrope.gateway.jobs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;

/** Up to where the facts of each partition are in the board, and who waits for more. Safe for use by several threads. */
final class Watermarks {
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private final CompletableFuture<Void> begun = new CompletableFuture<>();

    private record Waiter(Map<TopicPartition, Long> until, CompletableFuture<Void> done) {}

    /** Reading begins here; all partitions at once, so that nobody takes some for all. */
    void begin(Map<TopicPartition, Long> from) {
        synchronized (this) {
            positions.putAll(from);
        }
        begun.complete(null);
    }

    /** Completes when it is known which partitions there are. */
    CompletableFuture<Void> begun() {
        return begun;
    }

    /** The next offset of the partition is this. */
    void reached(TopicPartition partition, long position) {
        List<Waiter> served = new ArrayList<>();
        synchronized (this) {
            Long before = positions.put(partition, position);
            if (before != null && before == position) {
                return;
            }
            waiters.removeIf(waiter -> {
                boolean serve = waiter.done.isDone() || covers(waiter.until);
                if (serve) {
                    served.add(waiter);
                }
                return serve;
            });
        }
        served.forEach(waiter -> waiter.done.complete(null));
    }

    /** Completes when every partition has reached its offset. */
    synchronized CompletableFuture<Void> await(Map<TopicPartition, Long> until) {
        if (covers(until)) {
            return CompletableFuture.completedFuture(null);
        }
        Waiter waiter = new Waiter(Map.copyOf(until), new CompletableFuture<>());
        waiters.add(waiter);
        return waiter.done;
    }

    /** Whether every partition has reached its offset. */
    synchronized boolean include(Map<TopicPartition, Long> until) {
        return covers(until);
    }

    synchronized boolean isEmpty() {
        return positions.isEmpty();
    }

    synchronized Map<TopicPartition, Long> positions() {
        return Map.copyOf(positions);
    }

    private boolean covers(Map<TopicPartition, Long> until) {
        return until.entrySet().stream().allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }
}
