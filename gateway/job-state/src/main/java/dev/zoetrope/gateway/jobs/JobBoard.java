package dev.zoetrope.gateway.jobs;

import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Every job that this replica knows of. One thread applies facts; any number read. */
public final class JobBoard {
    private static final Logger LOG = Logger.getLogger(JobBoard.class);
    private static final long RANKS_FRESH_MILLIS = 250;

    private final Map<String, KeptJob> jobs = new ConcurrentHashMap<>();
    private final NavigableSet<Place> byTime = new ConcurrentSkipListSet<>();
    /** Where jobs stood that were deleted, for lists that go on behind them; kept as long as their last facts. */
    private final Map<String, Place> gone = new ConcurrentHashMap<>();

    private final NavigableSet<Place> waiting = new ConcurrentSkipListSet<>();
    // The set's size() counts its entries one by one.
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final Map<String, List<BiConsumer<JobView, Fact>>> watchers = new ConcurrentHashMap<>();
    private final List<BiConsumer<JobView, Fact>> allWatchers = new CopyOnWriteArrayList<>();
    /** Jobs whose snapshot no release but another one reads. */
    private final Set<String> outdated = ConcurrentHashMap.newKeySet();

    private volatile Ranks ranks = new Ranks(Long.MIN_VALUE, Map.of());

    /** A job's place in the list: by the time of acceptance, then by id. */
    private record Place(Instant at, String id) implements Comparable<Place> {
        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::at).thenComparing(Place::id);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    private record Ranks(long at, Map<String, Integer> byId) {}

    /** The job, as far as clients may see it. */
    public Optional<JobView> find(String id) {
        return Optional.ofNullable(jobs.get(id)).filter(KeptJob::isKnown).map(KeptJob::view);
    }

    /** Whether anything was heard of the id, also of a job that was deleted. */
    public boolean hasHeardOf(String id) {
        return jobs.containsKey(id);
    }

    /**
     * Jobs in the order of their acceptance.
     *
     * @param after the id after which to go on, which may be of a job that is gone: then the place is known that it had, or after a
     *     restart that of its id's time; null to start at the end that {@code newestFirst} says
     * @param limit at most so many
     */
    public List<JobView> page(Predicate<JobView> filter, @Nullable String after, boolean newestFirst, int limit) {
        NavigableSet<Place> places = newestFirst ? byTime.descendingSet() : byTime;
        if (after != null) {
            places = places.tailSet(place(after), false);
        }
        List<JobView> page = new ArrayList<>();
        for (Place place : places) {
            if (page.size() == limit) {
                break;
            }
            find(place.id()).filter(filter).ifPresent(page::add);
        }
        return page;
    }

    /** How many accepted jobs wait before this one, plus one; empty when it does not wait. */
    public Optional<Integer> queuePosition(String id) {
        Ranks now = ranks;
        if (System.currentTimeMillis() - RANKS_FRESH_MILLIS > now.at()) {
            Map<String, Integer> byId = new HashMap<>();
            waiting.forEach(place -> byId.put(place.id(), byId.size() + 1));
            now = new Ranks(System.currentTimeMillis(), byId);
            ranks = now;
        }
        // A job that came since the ranks were counted is behind all of them.
        KeptJob job = jobs.get(id);
        boolean waits = job == null || job.state() == JobState.QUEUED;
        return waits ? Optional.of(now.byId().getOrDefault(id, now.byId().size() + 1)) : Optional.empty();
    }

    /** How many accepted jobs no worker has begun. */
    public int waiting() {
        return waitingCount.get();
    }

    /** Calls back on each fact of the job, on the thread that applies facts: be quick. Close the result to stop. */
    public AutoCloseable watch(String id, BiConsumer<JobView, Fact> watcher) {
        watchers.computeIfAbsent(id, key -> new CopyOnWriteArrayList<>()).add(watcher);
        return () -> watchers.computeIfPresent(id, (key, list) -> {
            list.remove(watcher);
            return list.isEmpty() ? null : list;
        });
    }

    /** Completes with the job when it has ended. */
    public CompletableFuture<JobView> ended(String id) {
        CompletableFuture<JobView> ended = new CompletableFuture<>();
        AutoCloseable watch = watch(id, (view, fact) -> {
            if (view.state().ended()) {
                ended.complete(view);
            }
        });
        ended.whenComplete((view, failure) -> {
            try {
                watch.close();
            } catch (Exception e) {
                LOG.debugf(e, "A watch was not closable");
            }
        });
        find(id).filter(view -> view.state().ended()).ifPresent(ended::complete);
        return ended;
    }

    /** As {@link #watch}, for all jobs and for good. */
    public void watchAll(BiConsumer<JobView, Fact> watcher) {
        allWatchers.add(watcher);
    }

    /** All that is known, in no order. */
    Collection<KeptJob> all() {
        return jobs.values();
    }

    /** Takes a fact in. */
    void apply(Fact fact, int partition, long offset) {
        KeptJob before = jobs.get(fact.job());
        if (before != null && offset <= before.offset()) {
            return;
        }
        JobView known = before == null ? JobView.unheardOf(fact) : before.view();
        JobView after = known.after(fact, partition, offset);
        if (after.accepted() == null) {
            forgetPlace(known);
        }
        put(after);
        tell(after, fact);
    }

    /** Takes a snapshot in. */
    void put(KeptJob job) {
        jobs.put(job.id(), job);
        Instant at = job.acceptedAt();
        if (at == null) {
            return;
        }
        Place place = new Place(at, job.id());
        byTime.add(place);
        boolean waits = job.state() == JobState.QUEUED;
        if (waits ? waiting.add(place) : waiting.remove(place)) {
            waitingCount.addAndGet(waits ? 1 : -1);
        }
    }

    /** Jobs whose snapshot is to be written anew. */
    Set<String> outdated() {
        return outdated;
    }

    /** Forgets a job. */
    void remove(String id) {
        KeptJob job = jobs.remove(id);
        if (job != null) {
            forgetPlace(job);
        }
        gone.remove(id);
    }

    int size() {
        return jobs.size();
    }

    private void forgetPlace(KeptJob job) {
        Instant at = job.acceptedAt();
        if (at != null) {
            Place place = new Place(at, job.id());
            byTime.remove(place);
            gone.put(job.id(), place);
            if (waiting.remove(place)) {
                waitingCount.decrementAndGet();
            }
        }
    }

    private void tell(JobView view, Fact fact) {
        for (BiConsumer<JobView, Fact> watcher : watchers.getOrDefault(view.id(), List.of())) {
            tell(watcher, view, fact);
        }
        for (BiConsumer<JobView, Fact> watcher : allWatchers) {
            tell(watcher, view, fact);
        }
    }

    private static void tell(BiConsumer<JobView, Fact> watcher, JobView view, Fact fact) {
        try {
            watcher.accept(view, fact);
        } catch (RuntimeException e) {
            LOG.warnf(e, "A watcher of a job failed: job=%s", view.id());
        }
    }

    private Place place(String id) {
        KeptJob job = jobs.get(id);
        Instant at = job == null ? null : job.acceptedAt();
        return at == null ? gone.getOrDefault(id, new Place(JobId.time(id), id)) : new Place(at, id);
    }
}
