package dev.zoetrope.encoder;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How videos are written: {@code zoetrope.encoder.*}. */
@ConfigMapping(prefix = "zoetrope.encoder")
public interface EncoderConfig {
    /** {@code h264} or {@code av1}. */
    @WithDefault("h264")
    String codec();

    /** Longest side of a thumbnail in pixels; smaller videos are not enlarged. */
    @WithDefault("512")
    int thumbnailSide();

    /** Sprites in a row of a sprite sheet, and rows. */
    @WithDefault("5")
    int spriteGrid();

    /** Longest side of a sprite in pixels. */
    @WithDefault("160")
    int spriteSide();

    /** Frames of a chunk of given media, at most. */
    @WithDefault("32")
    int chunkFrames();

    /** Bytes of a chunk of given media, about. */
    @WithDefault("16777216")
    int chunkBytes();
}
