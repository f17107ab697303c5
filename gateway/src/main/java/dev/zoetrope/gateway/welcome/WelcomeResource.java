package dev.zoetrope.gateway.welcome;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code /} and the icon that browsers ask for. */
@Path("/")
@NonBlocking
public final class WelcomeResource {
    private static final String ICON = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">
            <circle cx="8" cy="8" r="7" fill="#123"/><path d="M6 4.5v7l6-3.5z" fill="#fff"/></svg>
            """;
    private final Welcome welcome;

    WelcomeResource(Welcome welcome) {
        this.welcome = welcome;
    }

    @GET
    @Operation(hidden = true)
    public Response root(@Context HttpHeaders headers) {
        return welcome.answer(headers);
    }

    @GET
    @Path("favicon.ico")
    @Operation(hidden = true)
    public Response icon() {
        return Response.ok(ICON, "image/svg+xml")
                .header("Cache-Control", "public, max-age=86400")
                .build();
    }
}
