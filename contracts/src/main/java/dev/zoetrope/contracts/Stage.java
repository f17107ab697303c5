package dev.zoetrope.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/** The stages that a job passes, each with a queue of its own. */
public enum Stage {
    /** Given media: file to frames. */
    MEDIA_READING("media-reading"),
    /** Given media: frames to latents. */
    LATENT_ENCODING("latent-encoding"),
    /** Prompts to embeddings. */
    TEXT_ENCODING("text-encoding"),
    /** Embeddings and noise to latents. */
    DENOISING("denoising"),
    /** Latents to frames. */
    DECODING("decoding"),
    /** Frames to the video of one segment. */
    VIDEO_ENCODING("video-encoding"),
    /** The segments' videos to the job's video. */
    ASSEMBLING("assembling");

    private final String label;

    Stage(String label) {
        this.label = label;
    }

    /** The name in messages, metrics and documents, {@code text-encoding}. */
    @JsonValue
    public String label() {
        return label;
    }

    /** The topic of this stage's orders. */
    public String topic() {
        return "zoetrope." + label;
    }

    /** The share group whose members work on this stage's orders. Both directions of the autoencoder have one in common. */
    public String shareGroup() {
        return switch (this) {
            case DECODING, LATENT_ENCODING -> "zoetrope.decoder";
            default -> "zoetrope." + label;
        };
    }

    /** @throws IllegalArgumentException when no stage has the label */
    @JsonCreator
    public static Stage of(String label) {
        return Arrays.stream(values())
                .filter(stage -> stage.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("stage: expected one of "
                        + Arrays.stream(values()).map(Stage::label).toList() + ", came " + label));
    }
}
