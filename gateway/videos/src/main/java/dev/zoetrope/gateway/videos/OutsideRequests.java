package dev.zoetrope.gateway.videos;

import dev.zoetrope.contracts.CloudEvent;
import dev.zoetrope.contracts.ContractException;
import dev.zoetrope.contracts.DeadLetter;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.GenerationRequested;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.gateway.access.ApiKeys;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.jobs.Freshness;
import dev.zoetrope.gateway.jobs.Intake;
import dev.zoetrope.gateway.jobs.JobBoard;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.gateway.requests.Requests;
import dev.zoetrope.gateway.videos.Videos.Origin;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@code GenerationRequested} events: what {@code POST /v1/videos} does, of the same record. The job's id is
 * the event's own or made of its source and id, so an event that is delivered twice is one job.
 */
@Singleton
final class OutsideRequests {
    private static final Logger LOG = Logger.getLogger(OutsideRequests.class);
    private static final int LARGEST_PAYLOAD = Topics.LARGEST_MESSAGE / 2;
    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

    private final VideoMaking making;
    private final Intake intake;
    private final JobBoard board;
    private final Freshness freshness;
    private final ApiKeys keys;

    OutsideRequests(VideoMaking making, Intake intake, JobBoard board, Freshness freshness, ApiKeys keys) {
        this.making = making;
        this.intake = intake;
        this.board = board;
        this.freshness = freshness;
        this.keys = keys;
    }

    /**
     * Accepts the request or says why not; returns when either is durable. Waits: call it on a thread that may.
     *
     * @throws RuntimeException when something that is needed for that is away: then call again
     */
    void take(ConsumerRecord<byte[], byte[]> record) {
        String job = id(record.topic() + record.partition(), String.valueOf(record.offset()));
        freshness.now().toCompletableFuture().join();
        try {
            CloudEvent event = CloudEvent.parse(headers(record));
            job = id(event.source(), event.id());
            event.requireType(GenerationRequested.class.getSimpleName());
            GenerationRequested request = Requests.readEvent(record.value(), GenerationRequested.class);
            job = Objects.requireNonNullElse(request.job(), job);
            if (board.hasHeardOf(job)) {
                LOG.infof("A request came again: job=%s", job);
                return;
            }
            Owner owner = keys.owner(request.owner(), "owner");
            Origin origin = new Origin(job, owner, null, event.id(), event.traceparent());
            making.create(request.video(), origin).toCompletableFuture().join();
        } catch (ContractException e) {
            refuse(job, e.code(), e.getMessage(), record);
        } catch (ApiProblem e) {
            refuse(job, code(e), e.getMessage(), record);
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof ApiProblem problem)) throw e;
            refuse(job, code(problem), problem.getMessage(), record);
        }
    }

    /**
     * What the job fails with.
     *
     * @throws ApiProblem the same, when it may pass
     */
    private static ProblemCode code(ApiProblem problem) {
        boolean mayPass = problem.status() >= 500 || problem.status() == 429;
        if (mayPass && "expand_prompt".equals(problem.param())) {
            // Not tried again and again as when a broker is away: requests that ask for no expansion wait behind it.
            return ProblemCode.EXPANSION_FAILED;
        }
        if (mayPass) throw problem;
        return "model_not_found".equals(problem.code()) ? ProblemCode.MODEL_NOT_FOUND : ProblemCode.INVALID_REQUEST;
    }

    private void refuse(String job, ProblemCode code, @Nullable String reason, ConsumerRecord<byte[], byte[]> record) {
        String message = String.valueOf(reason);
        LOG.warnf("A request is refused: job=%s code=%s reason=%s", job, code.code(), message);
        byte[] value = record.value() == null ? new byte[0] : record.value();
        // A letter too long to be sent would be tried again for ever.
        byte[] payload = Arrays.copyOf(value, Math.min(value.length, LARGEST_PAYLOAD));
        DeadLetter letter = new DeadLetter(
                Instant.now(),
                record.topic(),
                record.partition(),
                record.offset(),
                null,
                job,
                code,
                message,
                Base64.getEncoder().encodeToString(payload));
        intake.send(letter, null)
                .thenCompose(sent -> intake.send(new Fact.JobFailed(job, Instant.now(), code, message, null), null))
                .toCompletableFuture()
                .join();
    }

    private static Map<String, byte[]> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, byte[]> headers = new HashMap<>();
        record.headers().forEach(header -> {
            if (header.value() != null) {
                headers.put(header.key(), header.value());
            }
        });
        return headers;
    }

    /** An id of a job that two texts determine. */
    private static String id(String source, String event) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(source.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
            byte[] hash = sha256.digest(event.getBytes(StandardCharsets.UTF_8));
            StringBuilder id = new StringBuilder("video_").append(DIGITS.charAt(hash[0] & 7));
            for (int i = 1; i < 26; i++) {
                id.append(DIGITS.charAt(hash[i] & 31));
            }
            return id.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
