package dev.zoetrope.stage;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How stages take, keep and give up orders: {@code zoetrope.stage.*}. */
@ConfigMapping(prefix = "zoetrope.stage")
public interface StageSettings {
    /**
     * From which delivery on an order is issued anew instead of being worked on. The broker drops an order without a word after
     * five deliveries (group.share.delivery.count.limit), so this must be less.
     */
    @WithDefault("3")
    int reissueAtDelivery();

    /** How often the work on one order may fail before its job does. */
    @WithDefault("3")
    int maxFailures();

    /** How many deliveries of one order may end without a word, as when a worker is killed, before its job fails. */
    @WithDefault("20")
    int maxLosses();

    /** The wait before an order whose work failed is issued again; doubled each time. */
    @WithDefault("PT1S")
    Duration retryDelay();

    /** How long the store may be away before an order that needs it is issued again rather than waited for. */
    @WithDefault("PT10M")
    Duration storePatience();

    /** The least time between two progress facts of one order. */
    @WithDefault("PT0.25S")
    Duration progressInterval();

    /** How long a worker that is told to end may go on with its order before the order is issued again without it. */
    @WithDefault("PT20S")
    Duration drain();
}
