package dev.zoetrope.contracts.request;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call that makes a video or images. What a call does not have is null. */
public sealed interface GenerationRequest
        permits CreateVideo, RemixVideo, EditVideo, ExtendVideo, ConnectVideos, CreateImages {
    /** What is to be seen. */
    String prompt();

    /** Which model makes it, of which size and rate. */
    default Format format() {
        return Format.DEFAULTS;
    }

    /** How it is sampled. */
    Sampling sampling();

    /** Whether a language model is to rewrite the prompts. */
    @Nullable
    Boolean expandPrompt();

    /** Where to tell that the video has ended. */
    default @Nullable Webhook webhook() {
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

    /** Shots instead of one. */
    default @Nullable List<Shot> storyboard() {
        return null;
    }
}
