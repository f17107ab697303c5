package dev.zoetrope.gateway.access;

import dev.zoetrope.gateway.problems.ApiProblem;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/** Lets in who has one of the keys, where keys are set; to a video's stream and to an image also who has a token for it. */
final class KeyFilter {
    private static final String SCHEME = "Bearer ";
    private static final Pattern BY_TOKEN =
            Pattern.compile("/v1/videos/([^/]+)/stream(?:\\.m3u8|/[^/]+)|/v1/images/([^/]+)/content");

    private final ApiKeys keys;
    private final StreamTokens tokens;
    private final Caller caller;

    KeyFilter(ApiKeys keys, StreamTokens tokens, Caller caller) {
        this.keys = keys;
        this.tokens = tokens;
        this.caller = caller;
    }

    @ServerRequestFilter
    void check(ContainerRequestContext request) {
        String path = request.getUriInfo().getPath();
        if (keys.none() || !path.startsWith("/v1/")) {
            return;
        }
        String token = request.getUriInfo().getQueryParameters().getFirst("token");
        Matcher made = BY_TOKEN.matcher(path);
        if (token != null && made.matches()) {
            caller.is(tokens.owner(made.group(1) == null ? made.group(2) : made.group(1), token, Instant.now()));
            return;
        }
        String digest = ApiKeys.digest(key(request.getHeaderString("Authorization")));
        if (!keys.byDigest().containsKey(digest)) {
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
}
