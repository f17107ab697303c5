package dev.zoetrope.textencoder;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.JobArtifacts;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order.TextEncodingOrder;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.engine.TextEncoder;
import dev.zoetrope.engine.serving.LoadedModels;
import dev.zoetrope.stage.Outcome;
import dev.zoetrope.stage.Route;
import dev.zoetrope.stage.StageContext;
import dev.zoetrope.stage.StageWork;
import dev.zoetrope.stage.WorkStopped;
import dev.zoetrope.tensors.Safetensors;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Encodes every prompt of a job; one that any job of the model had before is found in the store. */
public final class TextEncodingWork implements StageWork<TextEncodingOrder> {
    private final Artifacts artifacts;
    private final LoadedModels<TextEncoder> models;

    public TextEncodingWork(Artifacts artifacts, LoadedModels<TextEncoder> models) {
        this.artifacts = artifacts;
        this.models = models;
    }

    @Override
    public Stage stage() {
        return Stage.TEXT_ENCODING;
    }

    @Override
    public Class<TextEncodingOrder> orders() {
        return TextEncodingOrder.class;
    }

    @Override
    public Outcome work(TextEncodingOrder order, StageContext context) {
        JobSpec spec = order.spec();
        Map<String, ArtifactRef> embeddings = new LinkedHashMap<>();
        Set<String> prompts = prompts(spec);
        for (String prompt : prompts) {
            if (context.stopRequested()) throw new WorkStopped(order);
            embeddings.put(prompt, embeddings(spec.model(), prompt, context));
            context.progress(embeddings.size(), prompts.size());
        }
        return Outcome.handOn(
                Route.afterTextEncoding(order, jobArtifacts(order, embeddings)),
                embeddings.values().toArray(ArtifactRef[]::new));
    }

    private static Set<String> prompts(JobSpec spec) {
        Set<String> prompts = new LinkedHashSet<>();
        for (SegmentSpec segment : spec.segments()) prompts.add(segment.prompt());
        if (spec.sampling().usesNegativePrompt()) prompts.add(spec.negativePrompt());
        return prompts;
    }

    private static JobArtifacts jobArtifacts(TextEncodingOrder order, Map<String, ArtifactRef> embeddings) {
        JobSpec spec = order.spec();
        JobArtifacts jobArtifacts = order.jobArtifacts();
        for (SegmentSpec segment : spec.segments()) {
            ArtifactRef ref = embedded(embeddings, segment.prompt());
            jobArtifacts = jobArtifacts.withSegment(segment.index(), s -> s.withEmbeddings(ref));
        }
        return spec.sampling().usesNegativePrompt()
                ? jobArtifacts.withNegativeEmbeddings(embedded(embeddings, spec.negativePrompt()))
                : jobArtifacts;
    }

    private static ArtifactRef embedded(Map<String, ArtifactRef> embeddings, String prompt) {
        ArtifactRef ref = embeddings.get(prompt);
        if (ref == null) throw new IllegalStateException("a prompt was not encoded");
        return ref;
    }

    private ArtifactRef embeddings(String model, String prompt, StageContext context) {
        String key = ArtifactKeys.embeddings(models.library().model(model).version(), prompt);
        return artifacts.find(key).orElseGet(() -> {
            Safetensors content = models.get(model).encode(prompt).stored();
            return context.patiently(() -> artifacts.putTensors(key, content));
        });
    }
}
