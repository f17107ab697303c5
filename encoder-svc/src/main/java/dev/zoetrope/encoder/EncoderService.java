package dev.zoetrope.encoder;

import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.codec.writing.EncoderSettings;
import dev.zoetrope.codec.writing.VideoCodec;
import dev.zoetrope.stage.StageLane;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Locale;

/** Offers the codec's lanes to the stage runtime. They share nothing, so a long encoding holds up no assembling. */
@ApplicationScoped
class EncoderService {
    private final Artifacts artifacts;
    private final EncoderConfig config;

    @Inject
    EncoderService(Artifacts artifacts, EncoderConfig config) {
        this.artifacts = artifacts;
        this.config = config;
    }

    @Produces
    @Singleton
    StageLane videoEncoding() {
        return StageLane.of(new VideoEncodingWork(artifacts, settings()));
    }

    @Produces
    @Singleton
    StageLane mediaReading() {
        return StageLane.of(new MediaReadingWork(artifacts, config, settings()));
    }

    private EncoderSettings settings() {
        return EncoderSettings.of(VideoCodec.valueOf(config.codec().toUpperCase(Locale.ROOT)));
    }

    @Produces
    @Singleton
    StageLane assembling() {
        return StageLane.of(new AssemblingWork(artifacts, config));
    }
}
