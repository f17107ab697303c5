package dev.zoetrope.stage;

import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Stage;

/**
 * What a stage does with an order. Everything else is the runtime's.
 *
 * <p>Called by one thread at a time, possibly more than once with the same order: whatever it makes goes to a key that job, stage
 * and segment determine, and what is found there already is not made again.
 *
 * @param <O> the orders of this stage
 */
public interface StageWork<O extends Order> {
    Stage stage();

    /** The record of {@link #stage()}'s orders. */
    Class<O> orders();

    /**
     * Does the work and says what follows. All that it made is stored when it returns.
     *
     * @throws OrderFailed when trying again cannot help
     * @throws WorkStopped when the context asked to stop and the work did, or wants to go on differently
     * @throws Exception for anything else; the order is issued again, up to the configured number of failures
     */
    Outcome work(O order, StageContext context) throws Exception;

    /**
     * The order to issue after workers have died on this one, in case a smaller bite may help.
     *
     * @param losses how many deliveries were lost so far
     */
    default O afterLosses(O order, int losses) {
        return order;
    }
}
