/**
 * The OpenAPI document of {@code /q/openapi}. Calls and answers are read from the resources; request bodies, which the gateway reads
 * field by field, from the records that the resources name with {@code @RequestBody}. A test holds those records to what is read.
 */
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Zoetrope",
                        version = "1",
                        description =
                                "The OpenAI Videos protocol and what Zoetrope adds. The stock OpenAI SDKs work unchanged: set the"
                                        + " base URL to this server's /v1. JSON or multipart forms, in which nested fields are"
                                        + " written in brackets. What a field does not admit is refused by name, nothing is"
                                        + " rounded or left out.",
                        license = @License(name = "Apache-2.0")),
        security = @SecurityRequirement(name = "key"),
        components =
                @Components(
                        schemas = @Schema(name = "Error", implementation = ErrorBody.class),
                        securitySchemes =
                                @SecurityScheme(
                                        securitySchemeName = "key",
                                        type = SecuritySchemeType.HTTP,
                                        scheme = "bearer",
                                        description = "One of the server's keys, where it asks for any.")))
@NullMarked
package dev.zoetrope.gateway.openapi;

import dev.zoetrope.gateway.problems.ErrorBody;
import org.eclipse.microprofile.openapi.annotations.Components;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.info.License;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.jspecify.annotations.NullMarked;
