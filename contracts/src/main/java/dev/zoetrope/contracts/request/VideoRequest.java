package dev.zoetrope.contracts.request;

import org.jspecify.annotations.Nullable;

/** What every call that makes a video has. */
public sealed interface VideoRequest permits CreateVideo, RemixVideo, EditVideo, ExtendVideo, ConnectVideos {
    /** What is to be seen. */
    String prompt();

    /** How it is sampled. */
    Sampling sampling();

    /** Whether a language model is to rewrite the prompts. */
    @Nullable Boolean expandPrompt();

    /** Where to tell that the video has ended. */
    @Nullable Webhook webhook();
}
