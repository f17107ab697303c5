package dev.zoetrope.gateway.webhooks;

import dev.zoetrope.contracts.Fact;
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
    private final WebhookSender sender;
    private final Intake intake;
    private final WebhooksConfig config;

    // The owner's thread alone touches these, but for the fields of attempts.
    private final Set<String> settled = new HashSet<>();
    private final Map<String, Map<String, Attempts>> open = new HashMap<>();

    /** Whom to tell: an endpoint, or the address that came with the job. */
    private record Target(String id, String url, List<String> secrets) {}

    /** How far one target of one job has come. */
    private static final class Attempts {
        volatile boolean underWay;
        volatile int made;
        volatile Instant due = Instant.EPOCH;
    }

    Outbox(Endpoints endpoints, WebhookSender sender, Intake intake, WebhooksConfig config) {
        this.endpoints = endpoints;
        this.sender = sender;
        this.intake = intake;
        this.config = config;
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
                open.remove(job.id());
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
        String type = view.state() == JobState.COMPLETED ? WebhookMessage.COMPLETED : WebhookMessage.FAILED;
        List<Target> left = targets(view, type, end.at(), known, now).stream()
                .filter(target -> !view.settled().contains(target.id()))
                .toList();
        if (left.isEmpty()) {
            settled.add(view.id());
            open.remove(view.id());
        }
        for (Target target : left) {
            Attempts attempts = open.computeIfAbsent(view.id(), job -> new HashMap<>())
                    .computeIfAbsent(target.id(), id -> new Attempts());
            if (!attempts.underWay && !attempts.due.isAfter(now)) {
                deliver(
                        view.id(),
                        target,
                        WebhookMessage.of(type, end.at().getEpochSecond(), view.id(), target.id()),
                        attempts,
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

    private void deliver(String job, Target target, WebhookMessage message, Attempts attempts, Instant endedAt) {
        attempts.underWay = true;
        attempts.made++;
        sender.send(target.url(), target.secrets(), message).whenComplete((status, failure) -> {
            boolean taken = status != null && status >= 200 && status < 300;
            boolean givenUp = !taken && Instant.now().isAfter(endedAt.plus(config.patience()));
            if (taken || givenUp) {
                settle(job, target, message, taken, attempts);
            } else {
                LOG.infof(
                        "A webhook was not taken and will be tried again: job=%s endpoint=%s attempts=%d status=%s",
                        job,
                        target.id(),
                        attempts.made,
                        status == null ? failure.getClass().getSimpleName() : status);
                again(attempts);
            }
        });
    }

    private void settle(String job, Target target, WebhookMessage message, boolean taken, Attempts attempts) {
        Fact.WebhookSettled fact =
                new Fact.WebhookSettled(job, Instant.now(), target.id(), message.id(), taken, attempts.made);
        intake.send(fact, null).whenComplete((sent, failure) -> {
            // Settled or not, it stays under way until the fact is on the board, or is told again when it is not.
            if (failure != null) {
                again(attempts);
            }
        });
    }

    private void again(Attempts attempts) {
        int doublings = Math.min(20, attempts.made - 1);
        Duration pause = config.firstPause().multipliedBy(1L << doublings);
        attempts.due = Instant.now().plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
        attempts.underWay = false;
    }
}
