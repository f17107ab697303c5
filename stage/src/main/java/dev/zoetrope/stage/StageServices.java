package dev.zoetrope.stage;

import dev.zoetrope.messaging.Publisher;
import java.time.Clock;

/** What every worker of a process shares. */
record StageServices(
        Publisher publisher,
        Cancellations cancellations,
        StageSettings settings,
        StageMetrics metrics,
        Tracing tracing,
        Clock clock,
        String worker) {}
