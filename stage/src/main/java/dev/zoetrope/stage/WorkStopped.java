package dev.zoetrope.stage;

import dev.zoetrope.contracts.Order;

/** The work was left off because the {@link StageContext} asked for it; not a failure. */
public final class WorkStopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Order rest;

    /** @param rest the order by which another worker goes on, with what was reached */
    public WorkStopped(Order rest) {
        super("work on " + rest.stage().label() + " of " + rest.job() + " was left off", null, false, false);
        this.rest = rest;
    }

    public Order rest() {
        return rest;
    }
}
