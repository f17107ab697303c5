package dev.zoetrope.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.DenoisingRequest;
import dev.zoetrope.engine.Embeddings;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelFamily;
import dev.zoetrope.engine.TextEncoder;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.wan.WanFamily;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Many generations in one process: does memory stay flat? */
@Command(name = "soak", mixinStandardHelpOptions = true, description = "Makes many small videos and watches memory.")
final class SoakBench implements Callable<Integer> {
    @Option(names = "--model", defaultValue = "models/toybox", description = "A model's folder.")
    Path model = Path.of("models/toybox");

    @Option(names = "--generations", defaultValue = "1000", description = "How many videos.")
    int generations;

    @Override
    public Integer call() throws IOException {
        EngineSettings settings = EngineSettings.DEFAULT;
        ModelFamily family = new WanFamily();
        Map<String, Object> megabytes = new LinkedHashMap<>();
        try (TextEncoder text = family.textEncoder(model, settings);
                Denoiser denoiser = family.denoiser(model, settings);
                VideoAutoencoder vae = family.autoencoder(model, settings)) {
            for (int i = 1; i <= generations; i++) {
                // The sizes change, as they do in a service
                int frames = 4 * (i % 4) + 1;
                Embeddings prompt = text.encode("a red ball number " + i);
                HostTensor latents = denoiser.denoise(
                        new DenoisingRequest(
                                frames,
                                64,
                                64,
                                prompt,
                                text.encode(""),
                                List.of(),
                                new SamplingSettings(2, 4),
                                i,
                                null),
                        null,
                        (step, steps, checkpoint) -> true);
                vae.decode(latents, Tiling.NONE, chunk -> {});
                if (i % Math.max(1, generations / 10) == 0) megabytes.put("after_" + i, Measurement.resident());
            }
        }
        System.out.println(new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(Map.of("generations", generations, "resident_mb", megabytes)));
        return 0;
    }
}
