package dev.zoetrope.wan.golden;

import dev.zoetrope.wan.image.ClipEncoder;
import java.util.List;

/** A picture through {@code CLIPImageProcessor} and {@code CLIPVisionModel}: {@code hidden_states[-2]}. */
final class ClipRunner implements Runner {
    @Override
    public String kind() {
        return "clip";
    }

    @Override
    public boolean takes(GoldenCase golden) {
        return golden.isModelOf("model_type", "clip_vision_model");
    }

    @Override
    public List<Measured> run(GoldenCase golden, Precision precision) {
        golden.useModel("config.json", "preprocessor_config.json");
        try (ClipEncoder encoder = ClipEncoder.load(golden.model(), golden.model(), precision.torch())) {
            return List.of(Measured.largest(
                    "tokens",
                    golden.out("hidden_states"),
                    encoder.encode(golden.in("image")),
                    precision.tolerance(1e-4, 5e-2)));
        }
    }
}
