package dev.zoetrope.gateway.webhooks;

import dev.zoetrope.contracts.Fact;
import dev.zoetrope.gateway.GatewayConfig;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.jobs.Intake;
import dev.zoetrope.gateway.jobs.JobState;
import dev.zoetrope.gateway.jobs.JobView;
import dev.zoetrope.gateway.jobs.KeptJob;
import dev.zoetrope.gateway.jobs.PartitionOwner;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells of each end until it is settled: taken with a 2xx, or given up after a day. One replica does it for each partition; a
 * replica that takes over begins anew with what is not settled.
 */
@Singleton
final class Outbox implements PartitionOwner.Duty {
    private static final Logger LOG = Logger.getLogger(Outbox.class);
    private static final String JOBS_OWN = "webhook";
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final Endpoints endpoints;
    private final Courier courier;
    private final Intake intake;
    private final GatewayConfig.Webhooks config;

    // The owner's thread alone touches these, but for a delivery's own fields.
    private final Set<String> settled = new HashSet<>();
    private final Map<String, Map<String, Delivery>> deliveries = new HashMap<>();

    /** Whom to tell: an endpoint, or the address that came with the job. */
    private record Target(String id, String url, List<String> secrets) {}

    /** How far one telling has come. */
    private static final class Delivery {
        volatile boolean underWay;
        volatile int attempts;
        volatile Instant due = Instant.EPOCH;
    }

    Outbox(Endpoints endpoints, Courier courier, Intake intake, GatewayConfig config) {
        this.endpoints = endpoints;
        this.courier = courier;
        this.intake = intake;
        this.config = config.webhooks();
    }

    @Override
    public void tend(Collection<KeptJob> jobs, Instant now) {
        // A settled job is told once more after its last settlement's fact, which is why lastFactAt has double
        // patience.
        Instant oldest = now.minus(config.patience().multipliedBy(2));
        Map<Owner, List<Endpoint>> known = new HashMap<>();
        for (KeptJob job : jobs) {
            if (!job.lastFactAt().isAfter(oldest)) {
                settled.remove(job.id());
                deliveries.remove(job.id());
            } else if (job.state().ended() && job.isKnown() && !settled.contains(job.id())) {
                tend(job.view(), known, now);
            }
        }
    }

    private void tend(JobView view, Map<Owner, List<Endpoint>> known, Instant now) {
        Fact end = view.ended();
        if (end == null || view.spec().makesImage()) {
            settled.add(view.id());
            return;
        }
        String type = view.state() == JobState.COMPLETED ? Event.COMPLETED : Event.FAILED;
        List<Target> left = targets(view, type, end.at(), known, now).stream()
                .filter(target -> !view.settled().contains(target.id()))
                .toList();
        if (left.isEmpty()) {
            settled.add(view.id());
            deliveries.remove(view.id());
        }
        for (Target target : left) {
            Delivery delivery = deliveries
                    .computeIfAbsent(view.id(), job -> new HashMap<>())
                    .computeIfAbsent(target.id(), id -> new Delivery());
            if (!delivery.underWay && !delivery.due.isAfter(now)) {
                deliver(
                        view.id(),
                        target,
                        Event.of(type, end.at().getEpochSecond(), view.id(), target.id()),
                        delivery,
                        end.at());
            }
        }
    }

    private List<Target> targets(
            JobView view, String type, Instant endedAt, Map<Owner, List<Endpoint>> known, Instant now) {
        Owner owner = new Owner(view.acceptance().request().owner());
        List<Target> targets = new ArrayList<>();
        for (Endpoint endpoint : known.computeIfAbsent(owner, endpoints::all)) {
            if (endpoint.eventTypes().contains(type) && endpoint.createdAt() <= endedAt.toEpochMilli()) {
                targets.add(new Target(endpoint.id(), endpoint.url(), endpoint.secrets(now.getEpochSecond())));
            }
        }
        Fact.Webhook own = view.acceptance().request().webhook();
        if (own != null) {
            targets.add(new Target(JOBS_OWN, own.url(), secrets(owner, own.secretId(), now)));
        }
        return targets;
    }

    private List<String> secrets(Owner owner, @Nullable String endpoint, Instant now) {
        return endpoint == null
                ? List.of()
                : endpoints
                        .find(owner, endpoint)
                        .map(found -> found.secrets(now.getEpochSecond()))
                        .orElse(List.of());
    }

    private void deliver(String job, Target target, Event event, Delivery delivery, Instant endedAt) {
        delivery.underWay = true;
        delivery.attempts++;
        courier.send(target.url(), target.secrets(), event).whenComplete((status, failure) -> {
            boolean taken = status != null && status >= 200 && status < 300;
            boolean givenUp = !taken && Instant.now().isAfter(endedAt.plus(config.patience()));
            if (taken || givenUp) {
                settle(job, target, event, taken, delivery);
            } else {
                LOG.infof(
                        "A webhook was not taken and will be tried again: job=%s endpoint=%s attempts=%d status=%s",
                        job,
                        target.id(),
                        delivery.attempts,
                        status == null ? failure.getClass().getSimpleName() : status);
                again(delivery);
            }
        });
    }

    private void settle(String job, Target target, Event event, boolean taken, Delivery delivery) {
        Fact.WebhookSettled fact =
                new Fact.WebhookSettled(job, Instant.now(), target.id(), event.id(), taken, delivery.attempts);
        intake.send(fact, null).whenComplete((sent, failure) -> {
            // Settled or not, it stays under way until the fact is on the board, or is told again when it is not.
            if (failure != null) {
                again(delivery);
            }
        });
    }

    private void again(Delivery delivery) {
        int doublings = Math.min(20, delivery.attempts - 1);
        Duration pause = config.firstPause().multipliedBy(1L << doublings);
        delivery.due = Instant.now().plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
        delivery.underWay = false;
    }
}
