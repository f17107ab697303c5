package dev.zoetrope.gateway.welcome;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code /v1}, which is where somebody looks who was told the base URL. */
@Path("/v1")
@NonBlocking
public final class ApiWelcomeResource {
    private final Welcome welcome;

    ApiWelcomeResource(Welcome welcome) {
        this.welcome = welcome;
    }

    @GET
    @Operation(hidden = true)
    public Response root(@Context HttpHeaders headers) {
        return welcome.answer(headers);
    }
}
