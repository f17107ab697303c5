package dev.zoetrope.machine;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;

/** A service that is started on its own has no {@code main} of ours; this is the first that runs in it. */
@Singleton
final class AtStart {
    void settle(@Observes @Initialized(ApplicationScoped.class) Object event) {
        Machine.settle(List.of());
    }
}
