package dev.zoetrope.cli.inprocess;

import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.cli.ProgressBar;
import dev.zoetrope.codec.writing.EncoderSettings;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.decoder.DecoderConfig;
import dev.zoetrope.decoder.DecodingWork;
import dev.zoetrope.decoder.LatentEncodingWork;
import dev.zoetrope.denoiser.DenoiserConfig;
import dev.zoetrope.denoiser.DenoisingWork;
import dev.zoetrope.encoder.AssemblingWork;
import dev.zoetrope.encoder.EncoderConfig;
import dev.zoetrope.encoder.MediaReadingWork;
import dev.zoetrope.encoder.VideoEncodingWork;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelLibrary;
import dev.zoetrope.engine.ModelLibrary.Model;
import dev.zoetrope.engine.TextEncoder;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.engine.serving.LoadedModels;
import dev.zoetrope.stage.JobRun;
import dev.zoetrope.stage.StageWork;
import dev.zoetrope.textencoder.TextEncodingWork;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.List;

/** The stages' works around one model. Its text encoder is in memory for the prompts only, the rest from its first use on. */
final class LocalStages implements AutoCloseable {
    private final SmallRyeConfig config;
    private final LoadedModels<TextEncoder> textEncoders;
    private final LoadedModels<Denoiser> denoisers;
    private final LoadedModels<VideoAutoencoder> autoencoders;

    /** @param tileSize edge of decoding tiles in pixels; 0 for none */
    LocalStages(Model model, EngineSettings settings, int tileSize) {
        ModelLibrary library = ModelLibrary.of(model);
        textEncoders = new LoadedModels<>(library, 1, of -> of.family().textEncoder(of.folder(), settings));
        denoisers = new LoadedModels<>(library, 1, of -> of.family().denoiser(of.folder(), settings));
        autoencoders = new LoadedModels<>(library, 1, of -> of.family().autoencoder(of.folder(), settings));
        config = new SmallRyeConfigBuilder()
                .withMapping(DecoderConfig.class)
                .withMapping(DenoiserConfig.class)
                .withMapping(EncoderConfig.class)
                .withDefaultValue("zoetrope.decoder.tile-size", String.valueOf(tileSize))
                .build();
    }

    JobRun run(Artifacts artifacts, ProgressBar bar) {
        DecoderConfig decoder = config.getConfigMapping(DecoderConfig.class);
        EncoderConfig encoder = config.getConfigMapping(EncoderConfig.class);
        List<StageWork<?>> works = List.of(
                new MediaReadingWork(artifacts, encoder, EncoderSettings.H264),
                new LatentEncodingWork(artifacts, autoencoders, decoder),
                new TextEncodingWork(artifacts, textEncoders),
                new DenoisingWork(artifacts, denoisers, config.getConfigMapping(DenoiserConfig.class)),
                new DecodingWork(artifacts, autoencoders, decoder),
                new VideoEncodingWork(artifacts, EncoderSettings.H264),
                new AssemblingWork(artifacts, encoder));
        return new JobRun(works, (order, step, steps) -> {
            if (order.stage() == Stage.TEXT_ENCODING && step == steps) textEncoders.close();
            bar.show(order.stage().label(), step, steps);
        });
    }

    @Override
    public void close() {
        textEncoders.close();
        denoisers.close();
        autoencoders.close();
    }
}
