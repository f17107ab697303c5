package dev.zoetrope.contracts.request;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A call that makes a video. What a call does not have is null. */
public sealed interface VideoRequest permits CreateVideo, RemixVideo, EditVideo, ExtendVideo, ConnectVideos {
    /** What is to be seen. */
    String prompt();

    /** How it is sampled. */
    Sampling sampling();

    /** Whether a language model is to rewrite the prompts. */
    @Nullable
    Boolean expandPrompt();

    /** Where to tell that the video has ended. */
    @Nullable
    Webhook webhook();

    /** Which model. */
    default @Nullable String model() {
        return null;
    }

    /** Width and height, as {@link FrameSize} reads it. */
    default @Nullable String size() {
        return null;
    }

    /** Frames a second. */
    default @Nullable Integer fps() {
        return null;
    }

    /** How much is made. */
    default @Nullable BigDecimal seconds() {
        return null;
    }

    /** How much is made, in frames. */
    default @Nullable Integer frames() {
        return null;
    }
}
