package dev.zoetrope.gateway;

import dev.zoetrope.gateway.jobs.Projection;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when every job that was there at the start is known. */
@Readiness
@ApplicationScoped
final class GatewayReadiness implements HealthCheck {
    private final Projection projection;

    GatewayReadiness(Projection projection) {
        this.projection = projection;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("gateway-jobs-restored")
                .status(projection.isRestored())
                .build();
    }
}
