package dev.zoetrope.wan.golden;

import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.wan.transformer.WanTransformer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code WanTransformer3DModel}: one velocity for each of the batch. */
final class TransformerRunner implements Runner {
    private static final String IMAGE = "encoder_hidden_states_image";

    @Override
    public String kind() {
        return "transformer";
    }

    @Override
    public boolean takes(GoldenCase golden) {
        return golden.isModelOf("_class_name", "WanTransformer3DModel");
    }

    @Override
    public List<Measured> run(GoldenCase golden, Precision precision) {
        golden.useModel("config.json");
        HostTensor latents = golden.in("hidden_states");
        HostTensor timesteps = golden.in(golden.hasIn("timestep") ? "timestep" : "timestep_per_frame");
        HostTensor prompts = golden.in("encoder_hidden_states");
        HostTensor images = golden.hasIn(IMAGE) ? golden.in(IMAGE) : null;
        List<HostTensor> velocities = new ArrayList<>();
        int batch = (int) latents.size(0);
        try (WanTransformer transformer = WanTransformer.load(golden.model(), precision.torch())) {
            for (int i = 0; i < batch; i++) {
                HostTensor prompt = Tensors.part(prompts, i);
                HostTensor image = images == null ? null : image(images, batch, i);
                velocities.add(
                        velocity(transformer, Tensors.part(latents, i), Tensors.part(timesteps, i), prompt, image));
            }
        }
        return List.of(Measured.largest(
                "velocity", golden.out("sample"), Tensors.stack(velocities), precision.tolerance(1e-4, 5e-2)));
    }

    private static HostTensor velocity(
            WanTransformer transformer,
            HostTensor latents,
            HostTensor timesteps,
            HostTensor prompt,
            @Nullable HostTensor image) {
        try (WanTransformer.Context context = transformer.context(List.of(prompt), (int) prompt.size(0), image)) {
            return context.velocities(latents, values(timesteps)).get(0);
        }
    }

    private static float[] values(HostTensor timesteps) {
        if (timesteps.dtype().isFloat()) return timesteps.floats();
        long[] whole = timesteps.longs();
        float[] values = new float[whole.length];
        for (int i = 0; i < values.length; i++) values[i] = whole[i];
        return values;
    }

    /** First and last picture may stand one after the other along the batch, as the reference takes them. */
    private static HostTensor image(HostTensor images, int batch, int i) {
        long width = images.size(2);
        return Tensors.part(Tensors.reshape(images, batch, images.elements() / width / batch, width), i);
    }
}
