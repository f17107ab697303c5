package dev.zoetrope.gateway.access;

import dev.zoetrope.gateway.http.HttpConfig;
import dev.zoetrope.gateway.problems.ApiProblem;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Leave to play one video, or fetch one image, for a while, for players that cannot send a key in a header. A token is signed with
 * its owner's key, so any replica knows it, it opens nothing but that, and it ends with the key.
 */
@Singleton
public final class StreamTokens {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SIGNATURE_BYTES = 16;
    private static final long HOUR = 3_600;

    private final ApiKeys keys;
    private final Duration life;

    StreamTokens(ApiKeys keys, HttpConfig config) {
        this.keys = keys;
        this.life = config.streamToken();
    }

    /**
     * A token for the owner's video or image, by its id; empty where no keys are asked for. It is the same for up to an hour, so
     * that a video's address does not change at each look.
     *
     * @param owner the digest of the owner's key
     */
    public Optional<String> issue(String video, @Nullable String owner, Instant now) {
        String key = owner == null ? null : keys.byDigest().get(owner);
        if (key == null) return Optional.empty();
        long until = (now.getEpochSecond() / HOUR + 1) * HOUR + life.toSeconds();
        return Optional.of(until + "." + signature(key, video, until));
    }

    /**
     * Whose token it is, by the digest of the key.
     *
     * @throws ApiProblem 401 when it is nobody's, another video's or too old
     */
    String owner(String video, String token, Instant now) {
        int dot = token.indexOf('.');
        String until = token.substring(0, Math.max(0, dot));
        if (until.matches("[0-9]{1,15}")) {
            byte[] came = token.substring(dot + 1).getBytes(StandardCharsets.US_ASCII);
            for (Map.Entry<String, String> key : keys.byDigest().entrySet()) {
                byte[] expected =
                        signature(key.getValue(), video, Long.parseLong(until)).getBytes(StandardCharsets.US_ASCII);
                if (MessageDigest.isEqual(expected, came) && now.getEpochSecond() < Long.parseLong(until)) {
                    return key.getKey();
                }
            }
        }
        throw ApiProblem.unauthorized("Incorrect or expired token: retrieve the video, its stream_url has a new one.");
    }

    private static String signature(String key, String video, long until) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            byte[] signature = mac.doFinal(("stream\n" + video + "\n" + until).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(signature, SIGNATURE_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }
}
