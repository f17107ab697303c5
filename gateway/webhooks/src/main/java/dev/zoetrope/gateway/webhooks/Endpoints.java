package dev.zoetrope.gateway.webhooks;

import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.gateway.records.RecordStore;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The endpoints that clients keep. */
@Singleton
public final class Endpoints {
    static final String PREFIX = "we";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SECRET_BYTES = 32;

    private final RecordStore<Endpoint> records;

    Endpoints(Artifacts artifacts) {
        records = new RecordStore<>(artifacts, "webhook-endpoints", Endpoint.class);
    }

    Endpoint create(Owner owner, String id, String name, String url, List<String> eventTypes) {
        Instant now = Instant.now();
        Endpoint endpoint =
                new Endpoint(id, name, url, eventTypes, now.toEpochMilli(), now.getEpochSecond(), newSecret(), null, 0);
        records.put(owner, endpoint.id(), endpoint);
        return endpoint;
    }

    void put(Owner owner, Endpoint endpoint) {
        records.put(owner, endpoint.id(), endpoint);
    }

    /**
     * Checks that there is an endpoint whose secret can sign.
     *
     * @throws ApiProblem 400 that names the parameter
     */
    public void requireSecret(Owner owner, String id, String param) {
        if (find(owner, id).isEmpty()) {
            throw ApiProblem.invalid(param, param + ": expected the id of one of your webhook endpoints, came another");
        }
    }

    /** @throws ApiProblem 404 */
    Endpoint require(Owner owner, String id, String param) {
        return find(owner, id)
                .orElseThrow(() -> ApiProblem.notFound(param, "There is no webhook endpoint '%s'.".formatted(id)));
    }

    Optional<Endpoint> find(Owner owner, String id) {
        return records.find(owner, id);
    }

    List<Endpoint> all(Owner owner) {
        return records.all(owner);
    }

    void delete(Owner owner, String id) {
        records.delete(owner, require(owner, id, "id").id());
    }

    static String newSecret() {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return Signature.PREFIX + Base64.getEncoder().encodeToString(secret);
    }
}
