package dev.zoetrope.wan;

import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.engine.InvalidModel;
import dev.zoetrope.engine.InvalidRequest;
import dev.zoetrope.engine.ModelConfig;
import dev.zoetrope.engine.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A checkpoint's folder as its {@code model_index.json} describes it, with the defaults that it is served with.
 *
 * @param boundary where the second transformer takes over, as a part of the schedule's 1000; empty for one transformer
 */
record WanModel(
        Path folder,
        OptionalDouble boundary,
        Defaults defaults,
        int spatialFactor,
        int temporalFactor,
        int[] patch,
        int maxPatches) {
    private static final Set<String> PIPELINES = Set.of("WanPipeline", "WanImageToVideoPipeline");

    /**
     * What a request gets that does not say otherwise.
     *
     * @param shift of the schedule; empty for the scheduler config's own
     * @param lowNoiseGuidance of the second transformer, where the scale is left as it is here
     */
    record Defaults(
            int frames,
            int framesPerSecond,
            int width,
            int height,
            SamplingSettings sampling,
            OptionalDouble shift,
            double lowNoiseGuidance,
            String negativePrompt) {}

    static boolean reads(Path folder) {
        Path index = folder.resolve("model_index.json");
        return Files.isRegularFile(index)
                && PIPELINES.contains(ModelConfig.read(index).text("_class_name", ""));
    }

    static WanModel read(Path folder) {
        ModelConfig index = ModelConfig.read(folder.resolve("model_index.json"));
        index.allow("_class_name", PIPELINES.toArray());
        require(index, "transformer", "WanTransformer3DModel");
        require(index, "vae", "AutoencoderKLWan");
        require(index, "text_encoder", "UMT5EncoderModel");
        Optional<String> second = index.part("transformer_2");
        OptionalDouble boundary = OptionalDouble.empty();
        if (second.isPresent()) {
            require(index, "transformer_2", "WanTransformer3DModel");
            double ratio = index.number("boundary_ratio");
            if (!(ratio > 0 && ratio < 1)) throw index.unexpected("boundary_ratio", "a number between 0 and 1", ratio);
            boundary = OptionalDouble.of(ratio);
        }
        ModelConfig transformer = ModelConfig.read(folder.resolve("transformer/config.json"));
        ModelConfig vae = ModelConfig.read(folder.resolve("vae/config.json"));
        return new WanModel(
                folder,
                boundary,
                defaults(folder, transformer, boundary),
                vae.size("scale_factor_spatial", 8),
                vae.size("scale_factor_temporal", 4),
                transformer.sizes("patch_size", 1, 2, 2),
                transformer.size("rope_max_seq_len", 1024));
    }

    private static void require(ModelConfig index, String part, String type) {
        String came = index.part(part).orElse(null);
        if (!type.equals(came)) throw index.unexpected(part, "[library, " + type + "]", came);
    }

    /** What the checkpoint's makers recommend, known by its shape; a {@code zoetrope.json} in the folder says otherwise field by field. */
    private static Defaults defaults(Path folder, ModelConfig transformer, OptionalDouble boundary) {
        Defaults d = WanDefaults.of(
                transformer.size("num_attention_heads") * transformer.size("attention_head_dim"),
                transformer.size("in_channels"),
                boundary.isPresent());
        Path file = folder.resolve("zoetrope.json");
        if (!Files.exists(file)) return d;
        ModelConfig own = ModelConfig.read(file);
        return new Defaults(
                own.size("frames", d.frames()),
                own.size("frames_per_second", d.framesPerSecond()),
                own.size("width", d.width()),
                own.size("height", d.height()),
                sampling(own, d.sampling()),
                own.has("shift") ? OptionalDouble.of(own.number("shift")) : d.shift(),
                own.number("low_noise_guidance", d.lowNoiseGuidance()),
                own.text("negative_prompt", d.negativePrompt()));
    }

    private static SamplingSettings sampling(ModelConfig own, SamplingSettings d) {
        return new SamplingSettings(own.size("steps", d.steps()), own.number("guidance", d.guidance()));
    }

    /** Whether the transformer reads what is given as more input channels (Wan 2.1 and A14B image-to-video). */
    boolean channelConcat() {
        int seen = ModelConfig.read(part("transformer").resolve("config.json")).size("in_channels");
        return seen > ModelConfig.read(part("vae").resolve("config.json")).size("z_dim", 16);
    }

    /** Whether the transformer also attends to what CLIP sees of given pictures (Wan 2.1 image-to-video). */
    boolean hasImageEncoder() {
        ModelConfig index = ModelConfig.read(folder.resolve("model_index.json"));
        if (index.part("image_encoder").isEmpty()) return false;
        require(index, "image_encoder", "CLIPVisionModel");
        return true;
    }

    ModelCard card() {
        int multiple = spatialFactor * Math.max(patch[1], patch[2]);
        boolean concat = channelConcat();
        return new ModelCard(
                String.valueOf(folder.getFileName()),
                WanFamily.NAME,
                multiple,
                Math.min(maxPatches * multiple, ModelCard.LARGEST_SIDE),
                defaults.width(),
                defaults.height(),
                defaults.sampling(),
                new ModelCard.Text(defaults.negativePrompt()),
                new ModelCard.Video(temporalFactor, defaults.frames(), defaults.framesPerSecond()),
                concat ? null : new ModelCard.Image(),
                new ModelCard.GivenFrames(concat),
                concat ? null : new ModelCard.Continuation(),
                concat ? null : new ModelCard.Edit(),
                concat ? null : new ModelCard.References(),
                null);
    }

    /**
     * The latents' frames, height and width for a video of this size.
     *
     * @throws InvalidRequest naming the field that the model's grid does not admit
     */
    int[] latentSize(int frames, int height, int width) {
        if (frames < 1 || (frames - 1) % temporalFactor != 0) {
            throw new InvalidRequest("frames: expected " + temporalFactor + "k+1 (1, " + (temporalFactor + 1) + ", "
                    + (2 * temporalFactor + 1) + ", ...), but " + frames + " came");
        }
        int f = (frames - 1) / temporalFactor + 1;
        if (f > maxPatches * patch[0] || f % patch[0] != 0) {
            throw new InvalidRequest("frames: expected at most " + (temporalFactor * (maxPatches * patch[0] - 1) + 1)
                    + ", but " + frames + " came");
        }
        return new int[] {f, latentEdge("height", height, patch[1]), latentEdge("width", width, patch[2])};
    }

    private int latentEdge(String field, int pixels, int patchSize) {
        int multiple = spatialFactor * patchSize;
        if (pixels < multiple || pixels % multiple != 0 || pixels > maxPatches * multiple) {
            throw new InvalidRequest(field + ": expected a multiple of " + multiple + " from " + multiple + " to "
                    + maxPatches * multiple + ", but " + pixels + " came");
        }
        return pixels / spatialFactor;
    }

    /** @throws ModelException when there is no such part */
    Path part(String name) {
        Path part = folder.resolve(name);
        if (!Files.isDirectory(part))
            throw new InvalidModel(folder + ": expected a folder " + name + ", but there is none");
        return part;
    }
}
