package dev.zoetrope.gateway.media;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.request.CreateFile;
import dev.zoetrope.gateway.access.Caller;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.content.Conditions;
import dev.zoetrope.gateway.content.ContentResponses;
import dev.zoetrope.gateway.content.Disposition;
import dev.zoetrope.gateway.idempotency.Idempotency;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.gateway.records.Page;
import dev.zoetrope.gateway.requests.Requests;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;
import org.jspecify.annotations.Nullable;

/** {@code /v1/files}. */
@Path("/v1/files")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
@Tag(name = "Files")
public final class FileResource {
    private static final int MOST = 10_000;

    private final StoredFiles files;
    private final ContentResponses responses;
    private final Caller caller;
    private final Idempotency idempotency;

    FileResource(StoredFiles files, ContentResponses responses, Caller caller, Idempotency idempotency) {
        this.files = files;
        this.responses = responses;
        this.caller = caller;
        this.idempotency = idempotency;
    }

    /** As OpenAI's clients read it. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record FileObject(
            String id,
            String object,
            long bytes,
            long createdAt,
            @Nullable Long expiresAt,
            String filename,
            String purpose,
            String status) {
        static FileObject of(StoredFile file) {
            return new FileObject(
                    file.id(),
                    "file",
                    file.content().bytes(),
                    file.createdAt(),
                    null,
                    file.name(),
                    file.purpose(),
                    "processed");
        }
    }

    @JsonInclude(JsonInclude.Include.ALWAYS)
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record FileList(
            String object,
            List<FileObject> data,
            @Nullable String firstId,
            @Nullable String lastId,
            boolean hasMore) {}

    @POST
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(summary = "Keep a file for later requests")
    public FileObject create(
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.MULTIPART_FORM_DATA,
                                            schema = @Schema(implementation = CreateFile.class)))
                    MultipartFormDataInput form) {
        CreateFile request = Requests.read(form, CreateFile.class);
        Owner owner = caller.owner();
        return idempotency.now(
                owner,
                request,
                JobId.next(StoredFiles.PREFIX),
                FileObject.class,
                claim -> create(owner, claim.id(), request));
    }

    private FileObject create(Owner owner, String id, CreateFile request) {
        if (request.file().bytes() == 0) {
            throw ApiProblem.invalid("file", "file: expected at least 1 byte, came none");
        }
        return FileObject.of(
                files.keep(owner, id, request.file(), request.purpose().label()));
    }

    @GET
    @Operation(summary = "List files")
    public FileList list(
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("order") @Nullable String order,
            @QueryParam("after") @Nullable String after,
            @QueryParam("purpose") @Nullable String purpose) {
        List<StoredFile> all = files.all(caller.owner()).stream()
                .filter(file -> purpose == null || file.purpose().equals(purpose))
                .toList();
        Page<StoredFile> page = Page.of(
                all, StoredFile::id, StoredFiles.PREFIX, new Page.Query(limit, order, after), "desc", MOST, MOST);
        return new FileList(
                "list",
                page.entries().stream().map(FileObject::of).toList(),
                page.firstId(),
                page.lastId(),
                page.hasMore());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Retrieve what is known of a file")
    public FileObject get(@PathParam("id") String id) {
        return FileObject.of(files.require(caller.owner(), id, "id"));
    }

    @DELETE
    @Path("{id}")
    @Operation(summary = "Delete a file")
    public Map<String, Object> delete(@PathParam("id") String id) {
        files.delete(caller.owner(), id);
        return Map.of("id", id, "object", "file", "deleted", true);
    }

    @GET
    @Path("{id}/content")
    @Produces(MediaType.WILDCARD)
    @Operation(summary = "Download a file")
    public Response content(@PathParam("id") String id, @Context HttpHeaders headers) {
        StoredFile file = files.require(caller.owner(), id, "id");
        return responses.of(
                file.content(),
                new ContentResponses.Description(
                        MediaType.APPLICATION_OCTET_STREAM,
                        Disposition.attachment(file.name()),
                        Instant.ofEpochSecond(file.createdAt())),
                Conditions.of(headers));
    }
}
