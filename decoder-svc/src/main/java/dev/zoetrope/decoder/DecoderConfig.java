package dev.zoetrope.decoder;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How frames are cut: {@code zoetrope.decoder.*}. */
@ConfigMapping(prefix = "zoetrope.decoder")
public interface DecoderConfig {
    /** Frames of a chunk, at most. */
    @WithDefault("32")
    int chunkFrames();

    /** Bytes of a chunk, about; a chunk is in memory whole wherever it is read. */
    @WithDefault("16777216")
    int chunkBytes();

    /** Edge in pixels of the tiles that frames are decoded in; 0 for whole frames while memory admits. */
    @WithDefault("0")
    int tileSize();

    /** The smallest edge that is tried before a job is said not to fit. */
    @WithDefault("128")
    int smallestTile();
}
