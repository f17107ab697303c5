package dev.zoetrope.gateway.videos;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.zoetrope.contracts.CloudEvent;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.ContractException;
import dev.zoetrope.contracts.DeadLetter;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.GenerationRequested;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.Task;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.contracts.request.CreateVideo;
import dev.zoetrope.gateway.access.ApiKeys;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.jobs.Freshness;
import dev.zoetrope.gateway.jobs.Intake;
import dev.zoetrope.gateway.jobs.JobBoard;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.gateway.requests.Requests;
import dev.zoetrope.gateway.videos.Videos.Origin;
import dev.zoetrope.planning.Wish;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@code GenerationRequested} events: what {@code POST /v1/videos} does, by the same reading of the same fields. The job's id is
 * the event's own or made of its source and id, so an event that is delivered twice is one job.
 */
@Singleton
final class OutsideRequests {
    private static final Logger LOG = Logger.getLogger(OutsideRequests.class);
    private static final int LARGEST_PAYLOAD = Topics.LARGEST_MESSAGE / 2;
    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

    private final Videos videos;
    private final Wishes wishes;
    private final Intake intake;
    private final JobBoard board;
    private final Freshness freshness;
    private final ApiKeys keys;

    OutsideRequests(Videos videos, Wishes wishes, Intake intake, JobBoard board, Freshness freshness, ApiKeys keys) {
        this.videos = videos;
        this.wishes = wishes;
        this.intake = intake;
        this.board = board;
        this.freshness = freshness;
        this.keys = keys;
    }

    /**
     * Accepts the request or says why not; completes when either is durable, exceptionally when something that is needed for that
     * is away: then call again.
     */
    CompletionStage<Void> take(ConsumerRecord<byte[], byte[]> record) {
        String fallback = id(record.topic() + record.partition(), String.valueOf(record.offset()));
        return freshness.now().thenCompose(fresh -> {
            String job = fallback;
            try {
                CloudEvent event = CloudEvent.parse(headers(record));
                job = id(event.source(), event.id());
                event.requireType(GenerationRequested.class.getSimpleName());
                GenerationRequested request = Codec.REQUESTS.decode(record.value());
                job = request.job() == null ? job : request.job();
                return accept(job, request, event, record);
            } catch (ContractException e) {
                return refuse(job, e.code(), e.getMessage(), record);
            } catch (ApiProblem e) {
                return refused(job, e, record);
            }
        });
    }

    private CompletionStage<Void> accept(
            String job, GenerationRequested request, CloudEvent event, ConsumerRecord<byte[], byte[]> record) {
        if (board.hasHeardOf(job)) {
            LOG.infof("A request came again: job=%s", job);
            return CompletableFuture.completedFuture(null);
        }
        CreateVideo video = Requests.read(json(request), CreateVideo.class);
        Owner owner = keys.owner(request.owner(), "owner");
        Wish wish = wishes.of(video, task(request), owner);
        Origin origin = new Origin(job, owner, null, event.id(), event.traceparent());
        return videos.create(job, wish, origin)
                .handle((view, failure) -> failure == null
                        ? CompletableFuture.<Void>completedFuture(null)
                        : refused(job, cause(failure), record))
                .thenCompose(done -> done);
    }

    private CompletionStage<Void> refused(String job, Throwable failure, ConsumerRecord<byte[], byte[]> record) {
        if (failure instanceof ApiProblem problem
                && "expand_prompt".equals(problem.param())
                && problem.status() >= 500) {
            // Not tried again and again as when a broker is away: requests that ask for no expansion wait behind this
            // one.
            return refuse(job, ProblemCode.EXPANSION_FAILED, problem.getMessage(), record);
        }
        if (!(failure instanceof ApiProblem problem) || problem.status() >= 500 || problem.status() == 429) {
            return CompletableFuture.failedFuture(failure);
        }
        ProblemCode code =
                "model_not_found".equals(problem.code()) ? ProblemCode.MODEL_NOT_FOUND : ProblemCode.INVALID_REQUEST;
        return refuse(job, code, problem.getMessage(), record);
    }

    private CompletionStage<Void> refuse(
            String job, ProblemCode code, @Nullable String reason, ConsumerRecord<byte[], byte[]> record) {
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
        return intake.send(letter, null)
                .thenCompose(sent -> intake.send(new Fact.JobFailed(job, Instant.now(), code, message, null), null));
    }

    private static Task task(GenerationRequested request) {
        return Boolean.TRUE.equals(request.loop()) ? new Task.Loop() : Task.Create.FROM_TEXT;
    }

    private static byte[] json(GenerationRequested request) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("prompt", request.prompt());
        json.put("model", request.model());
        json.put("seconds", request.seconds());
        json.put("size", request.size());
        json.put("seed", request.seed());
        json.put("steps", request.steps());
        json.put("guidance", request.guidance());
        json.put("negative_prompt", request.negativePrompt());
        json.put("fps", request.fps());
        json.put("frames", request.frames());
        json.put("expand_prompt", request.expandPrompt());
        if (request.webhook() != null) {
            json.putObject("webhook")
                    .put("url", request.webhook().url())
                    .put("secret_id", request.webhook().secretId());
        }
        if (request.storyboard() != null) {
            ArrayNode shots = json.putArray("storyboard");
            request.storyboard().forEach(shot -> shots.addObject()
                    .put("prompt", shot.prompt())
                    .put("seconds", shot.seconds())
                    .put("cut", shot.cut()));
        }
        return json.toString().getBytes(StandardCharsets.UTF_8);
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

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
