package dev.zoetrope.gateway.models;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.SamplingSettings;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** {@code /v1/models}: what is served now. */
@Path("/v1/models")
@Produces(MediaType.APPLICATION_JSON)
@NonBlocking
@Tag(name = "Models")
public final class ModelResource {
    private final ModelCatalogue catalogue;

    ModelResource(ModelCatalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** As OpenAI's clients read it, and after {@code ownedBy} what the model makes. */
    @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
    record ModelObject(
            String id,
            String object,
            long created,
            String ownedBy,
            String size,
            int sizeMultiple,
            int maxSize,
            int frames,
            int temporalFactor,
            int fps,
            @JsonUnwrapped SamplingSettings sampling,
            List<String> capabilities) {
        static ModelObject of(ModelOffered model) {
            return new ModelObject(
                    model.name(),
                    "model",
                    model.at().getEpochSecond(),
                    "zoetrope",
                    model.width() + "x" + model.height(),
                    model.sizeMultiple(),
                    model.maxSize(),
                    model.frames(),
                    model.temporalFactor(),
                    model.framesPerSecond(),
                    model.sampling(),
                    offered(model.card()));
        }
    }

    private static List<String> offered(ModelCard card) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("text", card.text());
        all.put("video", card.video());
        all.put("image", card.image());
        all.put("given_frames", card.givenFrames());
        all.put("continuation", card.continuation());
        all.put("edit", card.edit());
        all.put("references", card.references());
        all.put("class", card.classes());
        return all.keySet().stream().filter(name -> all.get(name) != null).toList();
    }

    record ModelList(String object, List<ModelObject> data) {}

    @GET
    @Operation(summary = "List the models that are served now")
    public ModelList list() {
        return new ModelList(
                "list", catalogue.all().stream().map(ModelObject::of).toList());
    }

    @GET
    @Path("{id}")
    @Operation(summary = "Retrieve a model")
    public ModelObject get(@PathParam("id") String id) {
        return ModelObject.of(catalogue.require(id));
    }
}
