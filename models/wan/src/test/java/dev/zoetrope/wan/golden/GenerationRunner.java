package dev.zoetrope.wan.golden;

import com.fasterxml.jackson.databind.JsonNode;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.engine.Conditioning;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.DenoisingRequest;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.TextEncoder;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.wan.WanFamily;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A whole generation from stored noise, through all three parts of a model as services use them. */
final class GenerationRunner implements Runner {
    /** The autoencoder stays exact beside networks in half precision, as {@link WanFamily} has it unless told otherwise. */
    private static final EngineSettings EXACT = Precision.EXACT.settings();

    private final WanFamily family = new WanFamily();

    @Override
    public String kind() {
        return "generation";
    }

    @Override
    public boolean takes(GoldenCase golden) {
        return golden.description().path("kind").asText().equals("generation");
    }

    @Override
    public List<Measured> run(GoldenCase golden, Precision precision) {
        Path model = model(golden);
        List<Conditioning> conditioning = conditioning(golden, model);
        HostTensor latents;
        try (Denoiser denoiser = family.denoiser(model, precision.settings())) {
            latents = denoiser.denoise(
                    request(golden, model, conditioning, precision), null, (step, steps, checkpoint) -> true);
        }
        HostTensor frames = decode(model, latents);
        return List.of(
                Measured.largest(
                        "latents", Tensors.part(golden.out("latents"), 0), latents, precision.tolerance(2e-3, 0.5)),
                Measured.meanOfPixels(
                        "pixels, mean", golden.out("frames"), frames, precision.tolerance(2.0 / 255, 4.0 / 255)));
    }

    private DenoisingRequest request(
            GoldenCase golden, Path model, List<Conditioning> conditioning, Precision precision) {
        JsonNode settings = golden.description();
        double guidance = settings.get("guidance").asDouble();
        try (TextEncoder text = family.textEncoder(model, precision.settings())) {
            return new DenoisingRequest(
                    settings.get("frames").asInt(),
                    settings.get("height").asInt(),
                    settings.get("width").asInt(),
                    text.encode(settings.get("prompt").asText()),
                    guidance == 1
                            ? null
                            : text.encode(settings.get("negative_prompt").asText()),
                    conditioning,
                    new SamplingSettings(settings.get("steps").asInt(), guidance),
                    0,
                    Tensors.part(golden.in("noise"), 0));
        }
    }

    private List<Conditioning> conditioning(GoldenCase golden, Path model) {
        JsonNode settings = golden.description();
        if (golden.hasIn("video")) {
            double strength = settings.path("strength").asDouble(1);
            return List.of(new Conditioning.Source(encoded(model, golden.in("video")), strength));
        }
        if (!golden.hasIn("image")) return List.of();
        HostTensor last = golden.hasIn("last_image") ? oneFrame(golden.in("last_image")) : null;
        try (VideoAutoencoder autoencoder = family.autoencoder(model, EXACT)) {
            int frames = settings.get("frames").asInt();
            return List.copyOf(autoencoder.known(oneFrame(golden.in("image")), last, frames));
        }
    }

    private HostTensor encoded(Path model, HostTensor video) {
        try (VideoAutoencoder autoencoder = family.autoencoder(model, EXACT)) {
            return autoencoder.encode(List.of(video).iterator(), VideoAutoencoder.Tiling.NONE);
        }
    }

    private static HostTensor oneFrame(HostTensor picture) {
        return Tensors.reshape(picture, 1, picture.size(0), picture.size(1), picture.size(2));
    }

    private HostTensor decode(Path model, HostTensor latents) {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        long[] shape = new long[4];
        try (VideoAutoencoder autoencoder = family.autoencoder(model, EXACT)) {
            autoencoder.decode(latents, VideoAutoencoder.Tiling.NONE, chunk -> {
                pixels.writeBytes(chunk.bytes());
                System.arraycopy(chunk.shape(), 1, shape, 1, 3);
                shape[0] += chunk.size(0);
            });
        }
        return HostTensor.ofBytes(pixels.toByteArray(), shape);
    }

    /** The case's own model, or one that is named: shipped with the project, or beside the folder of cases. */
    private static Path model(GoldenCase golden) {
        if (Files.isDirectory(golden.model())) {
            golden.useAll(golden.model());
            return golden.model();
        }
        String name = golden.description().get("model").asText();
        return Stream.of(
                        Path.of("..").resolve(name),
                        golden.folder().resolve("../../models").resolve(name))
                .filter(Files::isDirectory)
                .map(path -> path.toAbsolutePath().normalize())
                .findFirst()
                .orElseThrow(() -> new AssertionError("expected a model " + name + ", but there is none"));
    }
}
