package dev.zoetrope.gateway.access;

import dev.zoetrope.gateway.http.HttpConfig;
import dev.zoetrope.gateway.problems.ApiProblem;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The keys that are set, by their digests: digests are compared, not keys, so how long that takes says nothing about a key. */
@Singleton
public final class ApiKeys {
    private final Map<String, String> byDigest;

    ApiKeys(HttpConfig config) {
        byDigest = config.apiKeys().orElse(List.of()).stream()
                .distinct()
                .collect(Collectors.toUnmodifiableMap(ApiKeys::digest, Function.identity()));
    }

    /** Whether everybody is let in. */
    boolean none() {
        return byDigest.isEmpty();
    }

    /**
     * The owner that a digest stands for; nobody's where there is none.
     *
     * @throws ApiProblem 400 when keys are set and none of them has the digest
     */
    public Owner owner(@Nullable String digest, String param) {
        if (digest != null && !none() && !byDigest.containsKey(digest)) {
            throw ApiProblem.invalid(
                    param,
                    param
                            + ": expected the first 32 hexadecimal digits of the SHA-256 of one of the keys, came another's");
        }
        return new Owner(digest);
    }

    Map<String, String> byDigest() {
        return byDigest;
    }

    static String digest(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
