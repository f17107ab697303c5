package dev.zoetrope.engine;

/** Turns a prompt into embeddings. One caller at a time. */
public interface TextEncoder extends AutoCloseable {
    /** Longest prompt in characters; longer is refused, not cut. */
    int MAX_PROMPT = 32_000;

    /**
     * Encodes one prompt, cleaned as the family's reference does.
     *
     * @param prompt up to {@link #MAX_PROMPT} characters; empty is allowed (a negative prompt often is)
     * @return by the names that the family's denoiser reads
     * @throws InvalidRequest for a prompt that is too long
     */
    Embeddings encode(String prompt);

    @Override
    void close();
}
