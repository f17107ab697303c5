package dev.zoetrope.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.DenoisingRequest;
import dev.zoetrope.engine.Embeddings;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelFamily;
import dev.zoetrope.engine.TextEncoder;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.sampling.Guidance;
import dev.zoetrope.sampling.SeededNoise;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.wan.WanFamily;
import dev.zoetrope.wan.transformer.WanTransformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The models alone, the same pieces as the reference's timing script: seconds, GFLOP/s and peak memory. */
@Command(name = "models", mixinStandardHelpOptions = true, description = "Times the models' parts.")
final class ModelBench implements Callable<Integer> {
    private static final String PROMPT = "a red ball bounces over the sea";
    private static final Set<Integer> SHAPES = Set.of(1560, 8190, 32760);

    @Option(names = "--model", defaultValue = "models/toybox", description = "A model's folder.")
    Path model = Path.of("models/toybox");

    @Option(names = "--threads", defaultValue = "2", description = "Threads on the CPU.")
    int threads;

    @Option(names = "--repeats", defaultValue = "5", description = "Runs of each piece after one to warm up.")
    int repeats;

    @Option(names = "--dtype", split = ",", defaultValue = "F32,BF16", description = "F32, BF16 or both.")
    List<DType> dtypes = List.of(DType.F32, DType.BF16);

    @Option(names = "--skip-blocks", description = "Leaves out the blocks of Wan-1.3B's shape, which take minutes.")
    boolean skipBlocks;

    @Option(
            names = "--tokens",
            split = ",",
            defaultValue = "1560,8190",
            description = "Tokens of the blocks: 1560, 8190, 32760.")
    List<Integer> tokens = List.of(1560, 8190);

    @Option(names = "--blocks", defaultValue = "4", description = "How many blocks of Wan-1.3B's shape.")
    int blocks;

    @Override
    public Integer call() throws IOException {
        if (!SHAPES.containsAll(tokens)) {
            throw new IllegalArgumentException("--tokens: expected 1560, 8190 or 32760, came " + tokens);
        }
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("threads", threads);
        for (DType dtype : dtypes) out.put(dtype.name(), measure(dtype));
        System.out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(out));
        return 0;
    }

    private Map<String, Object> measure(DType dtype) throws IOException {
        EngineSettings settings = new EngineSettings("cpu", threads, dtype.name());
        Map<String, Object> out = new LinkedHashMap<>();
        ModelFamily family = new WanFamily();
        try (TextEncoder text = family.textEncoder(model, settings);
                Denoiser denoiser = family.denoiser(model, settings);
                VideoAutoencoder vae = family.autoencoder(model, settings)) {
            Embeddings prompt = text.encode(PROMPT);
            Embeddings negative = text.encode("");
            out.put("text_encoder", report(Measurement.of(repeats, () -> text.encode(PROMPT)), 0));
            out.put("step", step(settings, prompt.get(Embeddings.TOKENS), negative.get(Embeddings.TOKENS)));
            HostTensor latents = denoiser.denoise(request(prompt, negative), null, (s, n, c) -> true);
            out.put("decode", report(Measurement.of(repeats, () -> vae.decode(latents, Tiling.NONE, f -> {})), 0));
            out.put(
                    "pipeline",
                    report(
                            Measurement.of(
                                    repeats,
                                    () -> vae.decode(
                                            denoiser.denoise(
                                                    request(text.encode(PROMPT), text.encode("")),
                                                    null,
                                                    (s, n, c) -> true),
                                            Tiling.NONE,
                                            f -> {})),
                            0));
        }
        if (!skipBlocks) blocks(settings, dtype, out);
        return out;
    }

    private static DenoisingRequest request(Embeddings prompt, Embeddings negative) {
        return new DenoisingRequest(33, 64, 64, prompt, negative, List.of(), new SamplingSettings(20, 4), 1, null);
    }

    /** One guided step of toybox at 33 frames of 64x64: both prompts. */
    private Map<String, Object> step(EngineSettings settings, HostTensor prompt, HostTensor negative) {
        HostTensor x = noise(16, 9, 8, 8);
        try (WanTransformer transformer = WanTransformer.load(model.resolve("transformer"), Torch.open(settings));
                WanTransformer.Context context = transformer.context(List.of(prompt, negative), 512, null)) {
            double flops = 2 * flops(6, 144, 256, 1024, prompt.size(0) + 1);
            return report(Measurement.of(4 * repeats, () -> guided(context, x)), flops);
        }
    }

    private static HostTensor guided(WanTransformer.Context context, HostTensor x) {
        List<HostTensor> velocities = context.velocities(x, new float[] {500});
        return Guidance.guided(velocities.get(0), velocities.get(1), 4);
    }

    private void blocks(EngineSettings settings, DType dtype, Map<String, Object> out) throws IOException {
        Path folder = Files.createTempDirectory("blocks");
        try {
            RandomTransformer.write(folder, blocks, dtype);
            HostTensor text = HostTensor.ofFloats(SeededNoise.normal(2, 512 * 4096), 512, 4096);
            try (WanTransformer transformer = WanTransformer.load(folder, Torch.open(settings));
                    WanTransformer.Context context = transformer.context(List.of(text), 512, null)) {
                for (int n : tokens) {
                    HostTensor x = n == 1560
                            ? noise(16, 1, 60, 104)
                            : noise(16, 21, 30L * (n / 8190 > 1 ? 2 : 1), 52L * (n / 8190 > 1 ? 2 : 1));
                    double flops = flops(blocks, n, 1536, 8960, 512);
                    out.put(
                            "blocks_1.3B_" + n,
                            report(
                                    Measurement.of(n > 8190 ? 1 : 3, () -> context.velocities(x, new float[] {500})),
                                    flops));
                }
            }
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) Files.delete(file);
            }
            Files.delete(folder);
        }
    }

    private static HostTensor noise(long... shape) {
        return HostTensor.ofFloats(SeededNoise.normal(1, Math.toIntExact(HostTensor.elements(shape))), shape);
    }

    /** Multiplications and additions of the blocks' matrices and attention: L tokens, width D, S text tokens. */
    private static double flops(int blocks, double L, double D, double ffn, double S) {
        double matrices = 2 * L * (6 * D * D + 2 * D * ffn);
        double attention = 4 * L * L * D + 4 * L * S * D;
        return blocks * (matrices + attention);
    }

    private static Map<String, Object> report(Measurement m, double flops) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("median", m.median());
        out.put("minimum", m.minimum());
        if (flops > 0) out.put("gflop_per_second", Math.round(flops / m.minimum() / 1e9));
        out.put("peak_rss_mb", m.peakMegabytes());
        return out;
    }
}
