package dev.zoetrope.gateway.webhooks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to be told.
 *
 * @param createdAt unix milliseconds; what ended before is not told
 * @param secret {@code whsec_} and base64
 * @param oldSecret the one before, while it is still signed with; null for none
 * @param oldSecretUntil unix seconds
 */
record Endpoint(
        String id,
        String name,
        String url,
        List<String> eventTypes,
        long createdAt,
        long updatedAt,
        String secret,
        @Nullable String oldSecret,
        long oldSecretUntil) {
    private static final int HINT = 4;

    Endpoint {
        eventTypes = List.copyOf(eventTypes);
    }

    /** The secrets to sign with, the newest first. */
    List<String> secrets(long now) {
        List<String> secrets = new ArrayList<>(List.of(secret));
        if (oldSecret != null && now < oldSecretUntil) {
            secrets.add(oldSecret);
        }
        return secrets;
    }

    /** The secret's end, for people to tell secrets apart. */
    String hint() {
        return "whsec_…" + secret.substring(secret.length() - HINT);
    }

    Endpoint with(String newName, String newUrl, List<String> newTypes, long now) {
        boolean same = newName.equals(name) && newUrl.equals(url) && newTypes.equals(eventTypes);
        return new Endpoint(
                id, newName, newUrl, newTypes, createdAt, same ? updatedAt : now, secret, oldSecret, oldSecretUntil);
    }

    Endpoint withSecret(String newSecret, boolean keepOld, long now) {
        long until = keepOld ? now + Duration.ofHours(24).toSeconds() : 0;
        return new Endpoint(id, name, url, eventTypes, createdAt, now, newSecret, keepOld ? secret : null, until);
    }
}
