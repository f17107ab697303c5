package dev.zoetrope.engine;

import dev.zoetrope.tensors.HostTensor;

/** Turns a prompt into embeddings. One caller at a time. */
public interface TextEncoder extends AutoCloseable {
    /** Longest prompt in characters; longer is refused, not cut. */
    int MAX_PROMPT = 32_000;

    /**
     * Encodes one prompt, cleaned as the family's reference does.
     *
     * @param prompt up to {@link #MAX_PROMPT} characters; empty is allowed (a negative prompt often is)
     * @return F32 {@code [L, D]}: the embeddings of the prompt's own tokens, without padding; at most as many tokens as the model reads
     * @throws IllegalArgumentException for a prompt that is too long
     */
    HostTensor encode(String prompt);

    @Override
    void close();
}
