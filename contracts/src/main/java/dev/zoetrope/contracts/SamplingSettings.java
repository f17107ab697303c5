package dev.zoetrope.contracts;

/**
 * How something is sampled, with every choice made.
 *
 * @param steps denoising steps, 1 to 1000
 * @param guidance classifier-free guidance scale, 1 to 100; 1 is none
 */
public record SamplingSettings(int steps, double guidance) implements Contract {
    public SamplingSettings {
        Require.that(steps >= 1 && steps <= 1000, "steps", "1 to 1000", steps);
        Require.that(guidance >= 1 && guidance <= 100, "guidance", "1 to 100", guidance);
    }

    /** Whether the negative prompt has a say: both prompts are encoded, and each step asks for both. */
    public boolean usesNegativePrompt() {
        return guidance != 1;
    }
}
