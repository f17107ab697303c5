package dev.zoetrope.gateway.jobs;

import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.Stage;
import org.jspecify.annotations.Nullable;

/**
 * How far a job has come.
 *
 * @param stage where a worker last began or got on; null before any did
 * @param read whether given media are read and encoded
 * @param texts whether the prompts are encoded
 * @param denoised segments denoised
 * @param denoising how much of the segment after those is, 0 to 1
 * @param decoded segments decoded
 * @param encoded segments encoded
 */
record Progress(
        @Nullable Stage stage, boolean read, boolean texts, int denoised, double denoising, int decoded, int encoded) {
    static final Progress NONE = new Progress(null, false, false, 0, 0, 0, 0);

    // What a stage is of the whole, from the stages' seconds of toybox jobs; denoising is what is left.
    private static final double TEXTS = 0.02;
    private static final double DECODING = 0.12;
    private static final double ENCODING = 0.04;
    private static final double ASSEMBLING = 0.02;

    Progress started(Fact.StageStarted fact) {
        return new Progress(fact.stage(), read, texts, denoised, denoising, decoded, encoded);
    }

    /** @param turn how many segments are made before the fact's */
    Progress progressed(Fact.StageProgressed fact, int turn) {
        if (fact.stage() != Stage.DENOISING) {
            return new Progress(fact.stage(), read, texts, denoised, denoising, decoded, encoded);
        }
        double part = (double) fact.step() / fact.steps();
        // A worker that took over from another may start a little before where that one was.
        double reached = turn == denoised ? Math.max(denoising, part) : denoising;
        return new Progress(Stage.DENOISING, read, texts, denoised, reached, decoded, encoded);
    }

    /** @param turn how many segments are made before the fact's */
    Progress completed(Fact.StageCompleted fact, int turn) {
        int upTo = turn + 1;
        return switch (fact.stage()) {
            case MEDIA_READING, LATENT_ENCODING ->
                new Progress(fact.stage(), true, texts, denoised, denoising, decoded, encoded);
            case TEXT_ENCODING -> new Progress(fact.stage(), read, true, denoised, denoising, decoded, encoded);
            case DENOISING ->
                new Progress(
                        stage,
                        read,
                        texts,
                        Math.max(denoised, upTo),
                        upTo > denoised ? 0 : denoising,
                        decoded,
                        encoded);
            case DECODING -> new Progress(stage, read, texts, denoised, denoising, Math.max(decoded, upTo), encoded);
            case VIDEO_ENCODING ->
                new Progress(stage, read, texts, denoised, denoising, decoded, Math.max(encoded, upTo));
            case ASSEMBLING -> this;
        };
    }

    /** 0 to below 1, of a job of so many segments. */
    double fraction(int segments) {
        double denoisedPart = Math.min(segments, denoised + denoising) / segments;
        return (texts ? TEXTS : 0)
                + (1 - TEXTS - DECODING - ENCODING - ASSEMBLING) * denoisedPart
                + DECODING * Math.min(decoded, segments) / segments
                + ENCODING * Math.min(encoded, segments) / segments;
    }
}
