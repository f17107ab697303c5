package dev.zoetrope.contracts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A worker serves a model: written when the worker is ready, keyed by the card's name on the compacted {@link Topics#MODELS}, and
 * read by whoever plans jobs. A record without a value takes the offer back.
 *
 * @param at when the worker became ready
 * @param secondsPerStep what one guided step of a default window took when it was last measured; null when it was not
 */
public record ModelOffered(
        Instant at, ModelCard card, @Nullable Double secondsPerStep) implements Message {
    public String name() {
        return card.name();
    }

    public int sizeMultiple() {
        return card.sizeMultiple();
    }

    public int maxSize() {
        return card.maxSize();
    }

    public int temporalFactor() {
        return card.temporalFactor();
    }

    public int frames() {
        return card.frames();
    }

    public int framesPerSecond() {
        return card.framesPerSecond();
    }

    public int width() {
        return card.width();
    }

    public int height() {
        return card.height();
    }

    public SamplingSettings sampling() {
        return card.sampling();
    }

    public String negativePrompt() {
        return card.negativePrompt();
    }

    @Override
    public String destination() {
        return Topics.MODELS;
    }

    @Override
    public String subject() {
        return name();
    }
}
