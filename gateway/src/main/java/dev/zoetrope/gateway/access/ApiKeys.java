package dev.zoetrope.gateway.access;

import dev.zoetrope.gateway.GatewayConfig;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The keys that are set, by their digests: digests are compared, not keys, so how long that takes says nothing about a key. */
@Singleton
final class ApiKeys {
    private final Map<String, String> byDigest;

    ApiKeys(GatewayConfig config) {
        byDigest = config.apiKeys().orElse(List.of()).stream()
                .distinct()
                .collect(Collectors.toUnmodifiableMap(ApiKeys::digest, Function.identity()));
    }

    /** Whether everybody is let in. */
    boolean none() {
        return byDigest.isEmpty();
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
