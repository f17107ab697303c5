package dev.zoetrope.stage;

import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Stage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A stage whose work is given by the test, and which remembers the orders that it was called with. */
final class Work<O extends Order> implements StageWork<O> {
    /** What a stage does. */
    interface Doing<O> {
        Outcome with(O order, StageContext context) throws Exception;
    }

    /** The worker is gone in the middle of its work, as after {@code kill -9}: nothing is said to anybody. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    final List<O> orders = new CopyOnWriteArrayList<>();
    private final Stage stage;
    private final Class<O> type;
    private final Doing<O> doing;

    private Work(Stage stage, Class<O> type, Doing<O> doing) {
        this.stage = stage;
        this.type = type;
        this.doing = doing;
    }

    static Work<Order.DenoisingOrder> denoising(Doing<Order.DenoisingOrder> doing) {
        return of(Stage.DENOISING, Order.DenoisingOrder.class, doing);
    }

    static <O extends Order> Work<O> of(Stage stage, Class<O> type, Doing<O> doing) {
        return new Work<>(stage, type, doing);
    }

    static final Outcome NOTHING_FOLLOWS = new Outcome(List.of(), List.of(), List.of());

    @Override
    public Stage stage() {
        return stage;
    }

    @Override
    public Class<O> orders() {
        return type;
    }

    @Override
    public Outcome work(O order, StageContext context) throws Exception {
        orders.add(order);
        return doing.with(order, context);
    }
}
