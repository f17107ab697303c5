package dev.zoetrope.planning;

import dev.zoetrope.contracts.Fact.Webhook;
import dev.zoetrope.contracts.Task;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for, well-formed but not yet held against a model. A null is the model's default.
 *
 * @param prompt 1 to 32,000 characters
 * @param seconds the length, more than 0
 * @param frames the exact length in pixel frames, instead of {@code seconds}
 * @param storyboard shots in order instead of one; empty for one
 * @param task what is to be made, with references to what was brought
 * @param expandPrompt whether a language model is to rewrite the prompts
 */
public record Wish(
        String prompt,
        @Nullable String model,
        @Nullable BigDecimal seconds,
        @Nullable Size size,
        @Nullable Integer fps,
        @Nullable Integer frames,
        @Nullable Integer steps,
        @Nullable Double guidance,
        @Nullable String negativePrompt,
        @Nullable Long seed,
        List<Shot> storyboard,
        Task task,
        @Nullable Webhook webhook,
        boolean expandPrompt) {
    public Wish {
        storyboard = List.copyOf(storyboard);
    }

    /** A prompt and nothing else. */
    public static Wish of(String prompt) {
        return new Wish(
                prompt,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                Task.Create.FROM_TEXT,
                null,
                false);
    }

    /** This with another task. */
    public Wish with(Task other) {
        return new Wish(
                prompt,
                model,
                seconds,
                size,
                fps,
                frames,
                steps,
                guidance,
                negativePrompt,
                seed,
                storyboard,
                other,
                webhook,
                expandPrompt);
    }

    /** This with another seed. */
    public Wish withSeed(long other) {
        return new Wish(
                prompt,
                model,
                seconds,
                size,
                fps,
                frames,
                steps,
                guidance,
                negativePrompt,
                other,
                storyboard,
                task,
                webhook,
                expandPrompt);
    }

    /**
     * One shot of a storyboard.
     *
     * @param cut whether it starts afresh; false goes on from the shot before
     */
    public record Shot(String prompt, BigDecimal seconds, boolean cut) {}

    /** In pixels. */
    public record Size(int width, int height) {
        @Override
        public String toString() {
            return width + "x" + height;
        }
    }
}
