package dev.zoetrope.gateway.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zoetrope.artifacts.ArtifactException;
import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.ArtifactMissing;
import dev.zoetrope.artifacts.BucketArtifacts;
import dev.zoetrope.artifacts.StoreUnavailable;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.http.HttpConfig;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.requests.RequestFingerprint;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Requests that are made once however often they are sent. A key is claimed in the object store, by one gateway of all that are asked
 * at once, with the id that what is made will have; behind it the first answer is kept. So a gateway that dies in between leaves a
 * claim, and whoever takes it over makes the same thing, or finds it made.
 *
 * <p>After draft-ietf-httpapi-idempotency-key-header: 422 for another request under the same key, 409 while the first is under way at
 * another gateway; at the same gateway the second waits for the first's answer. A refusal (4xx) is not kept.
 */
@Singleton
public final class Idempotency {
    private static final Logger LOG = Logger.getLogger(Idempotency.class);
    private static final String HEADER = "Idempotency-Key";
    private static final Pattern KEY = Pattern.compile("[\\x20-\\x7e]{1,255}");
    /** After so long without an answer, whoever made the claim is taken for dead. */
    private static final Duration UNDER_WAY = Duration.ofMinutes(1);

    private final BucketArtifacts artifacts;
    private final ObjectMapper mapper;
    private final CurrentVertxRequest current;
    private final Duration life;
    private final Map<String, Flight> flights = new ConcurrentHashMap<>();

    Idempotency(BucketArtifacts artifacts, ObjectMapper mapper, CurrentVertxRequest current, HttpConfig config) {
        this.artifacts = artifacts;
        this.mapper = mapper;
        this.current = current;
        this.life = config.idempotency();
    }

    /**
     * Leave to make something.
     *
     * @param body the record of the call
     * @param id what it is to have
     * @param again whether somebody may have made it already and died before the answer was kept
     */
    public record Claim(String id, boolean again) {}

    /** A request under way at this gateway. */
    private record Flight(String fingerprint, CompletableFuture<Object> answer) {}

    /**
     * A claim as it lies in the store.
     *
     * @param at unix milliseconds
     * @param answer null while there is none
     */
    record Kept(
            String fingerprint,
            String id,
            long at,
            @Nullable JsonNode answer) {}

    /**
     * Makes something, or gives the answer again that the request's key had the first time. Waits for the store: call it on a thread
     * that may.
     *
     * @param body the record of the call
     * @param id what it is to have when the request has no key or a new one
     * @throws ApiProblem 400 for a key that is none, 409 and 422 as above
     */
    public <T> CompletionStage<T> once(
            Owner owner, Object body, String id, Class<T> type, Function<Claim, CompletionStage<T>> make) {
        RoutingContext request = current.getCurrent();
        String key = request.request().getHeader(HEADER);
        if (key == null) {
            return make.apply(new Claim(id, false));
        }
        if (!KEY.matcher(key).matches()) {
            throw ApiProblem.invalid(
                    HEADER, HEADER + ": expected 1 to 255 visible ASCII characters, came %d".formatted(key.length()));
        }
        String place = "%s%s/%s.json"
                .formatted(
                        ArtifactKeys.IDEMPOTENCY,
                        owner.digest() == null ? "anybody" : owner.digest(),
                        hex(digest(key)));
        String call = request.request().method() + " " + request.normalizedPath();
        String fingerprint = RequestFingerprint.of(call, body);
        Flight mine = new Flight(fingerprint, new CompletableFuture<>());
        Flight other = flights.putIfAbsent(place, mine);
        if (other != null) {
            requireSame(other.fingerprint(), fingerprint);
            return other.answer().thenApply(answer -> replayed(request.response(), type.cast(answer)));
        }
        return started(place, fingerprint, id, type, make, request.response()).whenComplete((answer, failure) -> {
            flights.remove(place, mine);
            if (failure == null) {
                mine.answer().complete(answer);
            } else {
                mine.answer().completeExceptionally(cause(failure));
            }
        });
    }

    /** As {@link #once}, of what is made at once. */
    public <T> T now(Owner owner, Object body, String id, Class<T> type, Function<Claim, T> make) {
        try {
            return once(owner, body, id, type, claim -> CompletableFuture.completedFuture(make.apply(claim)))
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private <T> CompletionStage<T> started(
            String place,
            String fingerprint,
            String id,
            Class<T> type,
            Function<Claim, CompletionStage<T>> make,
            HttpServerResponse response) {
        try {
            Kept fresh = new Kept(fingerprint, id, Instant.now().toEpochMilli(), null);
            if (artifacts.putBytesIfAbsent(place, json(fresh))) {
                return made(place, fresh, new Claim(id, false), make);
            }
            Kept kept = read(place).orElseThrow(Idempotency::underWay);
            if (isOlder(kept, life)) {
                artifacts.putBytes(place, json(fresh));
                return made(place, fresh, new Claim(id, false), make);
            }
            requireSame(kept.fingerprint(), fingerprint);
            JsonNode answer = kept.answer();
            if (answer != null && !answer.isNull()) {
                return CompletableFuture.completedFuture(replayed(response, mapper.treeToValue(answer, type)));
            }
            if (!isOlder(kept, UNDER_WAY)) {
                throw underWay();
            }
            Kept taken = new Kept(fingerprint, kept.id(), fresh.at(), null);
            artifacts.putBytes(place, json(taken));
            return made(place, taken, new Claim(kept.id(), true), make);
        } catch (StoreUnavailable e) {
            return CompletableFuture.failedFuture(ApiProblem.unavailable("The object store is away. Try again."));
        } catch (ApiProblem e) {
            return CompletableFuture.failedFuture(e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a kept answer was not readable: " + place, e);
        }
    }

    private <T> CompletionStage<T> made(
            String place, Kept claim, Claim leave, Function<Claim, CompletionStage<T>> make) {
        CompletionStage<T> making;
        try {
            making = make.apply(leave);
        } catch (RuntimeException e) {
            making = CompletableFuture.failedFuture(e);
        }
        return making.whenCompleteAsync((answer, failure) -> {
            try {
                settle(place, claim, answer, failure);
            } catch (ArtifactException e) {
                // The claim stays, and who comes with the key later finds by its id what was made.
                LOG.warnf(e, "An answer could not be kept for its idempotency key: id=%s", claim.id());
            }
        });
    }

    private void settle(String place, Kept claim, @Nullable Object answer, @Nullable Throwable failure) {
        if (failure == null) {
            JsonNode kept = mapper.valueToTree(answer);
            artifacts.putBytes(place, json(new Kept(claim.fingerprint(), claim.id(), claim.at(), kept)));
        } else if (cause(failure) instanceof ApiProblem problem && problem.status() < 500) {
            artifacts.delete(place);
        } else {
            // Whether it was made is not known: the next takes the claim over at once, and with it the id.
            long longAgo = claim.at() - UNDER_WAY.toMillis();
            artifacts.putBytes(place, json(new Kept(claim.fingerprint(), claim.id(), longAgo, null)));
        }
    }

    private Optional<Kept> read(String place) {
        return artifacts.find(place).flatMap(ref -> {
            try (InputStream in = artifacts.open(ref)) {
                return Optional.of(mapper.readValue(in, Kept.class));
            } catch (ArtifactMissing e) {
                return Optional.empty();
            } catch (IOException e) {
                throw new IllegalStateException("a kept answer was not readable: " + place, e);
            }
        });
    }

    private byte[] json(Kept kept) {
        try {
            return mapper.writeValueAsBytes(kept);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer was not writable", e);
        }
    }

    private static boolean isOlder(Kept kept, Duration age) {
        return kept.at() <= Instant.now().minus(age).toEpochMilli();
    }

    private static <T> T replayed(HttpServerResponse response, T answer) {
        response.putHeader("Idempotent-Replayed", "true");
        return answer;
    }

    private static void requireSame(String kept, String came) {
        if (!kept.equals(came)) {
            throw ApiProblem.idempotency(
                    422,
                    "idempotency_key_reused",
                    HEADER + ": expected the request that this key came with first, came another. Use a new key.",
                    null);
        }
    }

    private static ApiProblem underWay() {
        return ApiProblem.idempotency(
                409,
                "idempotency_key_in_use",
                HEADER + ": the first request with this key is under way. Try again for its answer.",
                1);
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static MessageDigest digest(String text) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(text.getBytes(StandardCharsets.UTF_8));
            return sha256;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }
}
