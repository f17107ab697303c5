package dev.zoetrope.stage;

import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Stage;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One job in one process: the stages' works, one order at a time, with no queue between them. What follows a segment comes before the
 * next segment, so that no more is held than one segment needs. Nothing is tried again.
 */
public final class JobRun {
    private final Map<Stage, StageWork<?>> works = new EnumMap<>(Stage.class);
    private final Listener listener;
    private volatile boolean stopped;

    /** Follows the orders. */
    @FunctionalInterface
    public interface Listener {
        /**
         * How far an order is.
         *
         * @param step of {@code steps}; 0 of 1 when it begins, all when it is done
         */
        void progress(Order order, int step, int steps);
    }

    public JobRun(Collection<StageWork<?>> works, Listener listener) {
        works.forEach(work -> this.works.put(work.stage(), work));
        this.listener = listener;
    }

    /**
     * Carries out an order and all that follow from it.
     *
     * @return what was made
     * @throws OrderFailed the job cannot be made
     * @throws WorkStopped after {@link #stop}
     * @throws Exception anything else that a work throws
     */
    public Fact.JobCompleted carryOut(Order first) throws Exception {
        Deque<Order> waiting = new ArrayDeque<>(List.of(first));
        while (!waiting.isEmpty()) {
            Order order = waiting.pop();
            if (stopped) throw new WorkStopped(order);
            StageWork<?> work = works.get(order.stage());
            if (work == null)
                throw new IllegalStateException(
                        "expected a work for " + order.stage().label());
            Outcome outcome = work(order, work);
            Optional<Fact.JobCompleted> completed = outcome.facts().stream()
                    .filter(Fact.JobCompleted.class::isInstance)
                    .map(Fact.JobCompleted.class::cast)
                    .findFirst();
            if (completed.isPresent()) return completed.get();
            List<Order> next = outcome.next();
            for (int i = next.size() - 1; i >= 0; i--) waiting.push(next.get(i));
        }
        throw new IllegalStateException("expected " + first.job() + " to be completed, but nothing follows any more");
    }

    /** Asks the work to leave off; from any thread. */
    public void stop() {
        stopped = true;
    }

    private <O extends Order> Outcome work(Order order, StageWork<O> work) throws Exception {
        int[] whole = {1};
        listener.progress(order, 0, 1);
        Outcome outcome = work.work(work.orders().cast(order), new StageContext() {
            @Override
            public void progress(int step, int steps) {
                whole[0] = steps;
                if (step < steps) listener.progress(order, step, steps);
            }

            @Override
            public boolean stopRequested() {
                return stopped;
            }
        });
        listener.progress(order, whole[0], whole[0]);
        return outcome;
    }
}
