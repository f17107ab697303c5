package dev.zoetrope.gateway.openapi;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Adds what would have to be written at every call: the form that a JSON body may be sent as instead, and the one shape of errors.
 * Takes out the framework's own classes.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public final class ApiDocumentFilter implements OASFilter {
    /** Set on a property that may be sent as a file. */
    static final String FILE = "x-file";

    private static final String JSON = "application/json";
    private static final String FORM = "multipart/form-data";
    private static final String SCHEMAS = "#/components/schemas/";
    private static final List<String> FRAMEWORK = List.of(
            "FileItem",
            "FileStore",
            "FileSystem",
            "FormValue",
            "MediaType",
            "MultipartFormDataInput",
            "MultivaluedMapStringString",
            "OutboundSseEvent",
            "Path",
            "UserPrincipalLookupService");

    /** What makes something, and makes it once under a key. */
    private static final List<String> MAKING = List.of(
            "/v1/videos",
            "/v1/videos/{id}/remix",
            "/v1/videos/edits",
            "/v1/videos/extensions",
            "/v1/videos/connections",
            "/v1/videos/characters",
            "/v1/images/generations",
            "/v1/files",
            "/v1/webhook_endpoints",
            "/v1/webhook_endpoints/{id}/rotate_secret");

    /** What has bytes. */
    private static final List<String> CONTENT = List.of(
            "/v1/videos/{id}/content",
            "/v1/videos/{id}/stream/{piece}",
            "/v1/images/{id}/content",
            "/v1/files/{id}/content");

    @Override
    public void filterOpenAPI(OpenAPI api) {
        Map<String, Schema> schemas = api.getComponents().getSchemas();
        api.getPaths().getPathItems().values().stream()
                .flatMap(path -> path.getOperations().values().stream())
                .forEach(operation -> {
                    describeForm(operation, schemas);
                    describeErrors(operation);
                });
        MAKING.forEach(path -> api.getPaths().getPathItem(path).getPOST().addParameter(idempotencyKey()));
        CONTENT.forEach(
                path -> describeConditions(api.getPaths().getPathItem(path).getGET()));
        FRAMEWORK.forEach(api.getComponents()::removeSchema);
    }

    private static void describeForm(Operation operation, Map<String, Schema> schemas) {
        if (operation.getRequestBody() == null) {
            return;
        }
        Content content = operation.getRequestBody().getContent();
        MediaType json = content.getMediaType(JSON);
        MediaType form = content.getMediaType(FORM);
        if (json != null && form != null) {
            form.setSchema(form(resolve(json.getSchema(), schemas), schemas));
        }
    }

    private static Schema form(Schema body, Map<String, Schema> schemas) {
        Schema form = OASFactory.createSchema().addType(Schema.SchemaType.OBJECT);
        List<String> required = body.getRequired() == null ? List.of() : body.getRequired();
        body.getProperties().forEach((name, property) -> {
            Schema inner = resolve(property, schemas);
            boolean file = has(property, FILE) || has(inner, FILE);
            if (file) {
                form.addProperty(
                        name,
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.STRING)
                                .format("binary")
                                .description(property.getDescription()));
            }
            if (inner.getProperties() != null) {
                inner.getProperties().forEach((key, nested) -> form.addProperty(name + "[" + key + "]", nested));
            } else if (!file) {
                form.addProperty(name, property);
                // What may come as a file or in brackets is required by neither name.
                if (required.contains(name)) {
                    form.addRequired(name);
                }
            }
        });
        return form;
    }

    private static Schema resolve(Schema schema, Map<String, Schema> schemas) {
        String ref = schema.getRef();
        Schema found = ref == null ? null : schemas.get(ref.substring(SCHEMAS.length()));
        return found == null ? schema : found;
    }

    private static boolean has(Schema schema, String extension) {
        Map<String, @Nullable Object> extensions = schema.getExtensions();
        return extensions != null && extensions.containsKey(extension);
    }

    private static Parameter idempotencyKey() {
        return OASFactory.createParameter()
                .name("Idempotency-Key")
                .in(Parameter.In.HEADER)
                .description(
                        "1 to 255 ASCII characters. The same key with the same request gives the first answer again for a day,"
                                + " with Idempotent-Replayed: true, from every gateway. 422 with another request, 409 while the first is"
                                + " under way at another gateway; a refusal is not kept.")
                .schema(OASFactory.createSchema()
                        .addType(Schema.SchemaType.STRING)
                        .minLength(1)
                        .maxLength(255));
    }

    private static void describeConditions(Operation operation) {
        for (String header :
                List.of("Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since")) {
            operation.addParameter(OASFactory.createParameter()
                    .name(header)
                    .in(Parameter.In.HEADER)
                    .description("As RFC 9110 says.")
                    .schema(OASFactory.createSchema().addType(Schema.SchemaType.STRING)));
        }
        Map.of(
                        "206", "The range that was asked for.",
                        "304", "The client has it.",
                        "412", "It is not what the client means.",
                        "416", "The range lies behind the end; Content-Range says where that is.")
                .forEach((status, meaning) -> operation
                        .getResponses()
                        .addAPIResponse(status, OASFactory.createAPIResponse().description(meaning)));
    }

    private static void describeErrors(Operation operation) {
        operation
                .getResponses()
                .addAPIResponse(
                        "default",
                        OASFactory.createAPIResponse()
                                .description("What was expected and what came; param names the parameter.")
                                .content(OASFactory.createContent()
                                        .addMediaType(
                                                JSON,
                                                OASFactory.createMediaType()
                                                        .schema(OASFactory.createSchema()
                                                                .ref(SCHEMAS + "Error")))));
    }
}
