package dev.zoetrope.gateway.access;

import dev.zoetrope.gateway.GatewayConfig;
import dev.zoetrope.gateway.problems.ApiProblem;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/** Lets in who has one of the keys, where keys are set. */
final class KeyFilter {
    private static final String SCHEME = "Bearer ";

    private final Set<String> digests;
    private final Caller caller;

    KeyFilter(GatewayConfig config, Caller caller) {
        this.digests = config.apiKeys().orElse(List.of()).stream()
                .map(KeyFilter::digest)
                .collect(Collectors.toUnmodifiableSet());
        this.caller = caller;
    }

    @ServerRequestFilter
    void check(ContainerRequestContext request) {
        if (digests.isEmpty() || !request.getUriInfo().getPath().startsWith("/v1/")) {
            return;
        }
        // Digests are compared, not keys: how long the comparison takes says nothing about a key.
        String digest = digest(key(request.getHeaderString("Authorization")));
        if (!digests.contains(digest)) {
            throw ApiProblem.unauthorized("Incorrect API key provided.");
        }
        caller.is(digest);
    }

    private static String key(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw ApiProblem.unauthorized("Missing API key: expected the header Authorization: Bearer <key>.");
        }
        return authorization.substring(SCHEME.length()).trim();
    }

    private static String digest(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
