package dev.zoetrope.wan.text;

import dev.zoetrope.engine.Embeddings;
import dev.zoetrope.engine.InvalidRequest;
import dev.zoetrope.engine.ModelException;
import dev.zoetrope.engine.TextEncoder;
import dev.zoetrope.engine.Torch;
import java.nio.file.Path;

/** Prompts to embeddings as the family's pipelines make them: cleaned, cut into tokens, encoded by UMT5. */
public final class WanTextEncoder implements TextEncoder {
    private final PromptTokenizer tokenizer;
    private final Umt5Encoder encoder;

    private WanTextEncoder(PromptTokenizer tokenizer, Umt5Encoder encoder) {
        this.tokenizer = tokenizer;
        this.encoder = encoder;
    }

    /**
     * Loads {@code tokenizer/} and {@code text_encoder/} of a model's folder.
     *
     * @throws ModelException when one of them is missing or damaged
     */
    public static WanTextEncoder load(Path model, Torch torch) {
        PromptTokenizer tokenizer = PromptTokenizer.load(model.resolve("tokenizer"));
        try {
            return new WanTextEncoder(tokenizer, Umt5Encoder.load(model.resolve("text_encoder"), torch));
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    @Override
    public Embeddings encode(String prompt) {
        int characters = prompt.codePointCount(0, prompt.length());
        if (characters > MAX_PROMPT) {
            throw new InvalidRequest(
                    "prompt: expected at most " + MAX_PROMPT + " characters, but " + characters + " came");
        }
        long[] tokens = tokenizer.tokens(PromptCleaning.clean(prompt));
        for (long token : tokens) {
            if (token >= encoder.vocabulary()) {
                throw new InvalidRequest("prompt: expected text only, but it holds a special token that the"
                        + " model has no embedding for (number " + token + " of " + encoder.vocabulary() + ")");
            }
        }
        return Embeddings.ofTokens(encoder.encode(tokens));
    }

    @Override
    public void close() {
        tokenizer.close();
        encoder.close();
    }
}
