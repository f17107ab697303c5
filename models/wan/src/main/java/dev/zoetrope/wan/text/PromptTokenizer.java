package dev.zoetrope.wan.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.zoetrope.engine.InvalidModel;
import dev.zoetrope.engine.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Cuts prompts into tokens as the checkpoint's own {@code tokenizer.json} says. One caller at a time. */
final class PromptTokenizer implements AutoCloseable {
    /** Tokens of a prompt that the family's pipelines read, its end included. */
    static final int MAX_TOKENS = 512;

    private final HuggingFaceTokenizer tokenizer;

    private PromptTokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** @throws ModelException when the folder has no {@code tokenizer.json}, or one that cannot be read */
    static PromptTokenizer load(Path folder) {
        Path file = folder.resolve("tokenizer.json");
        if (!Files.isRegularFile(file)) {
            throw new InvalidModel(file + ": expected the tokenizer in this form (spiece.model alone is not enough;"
                    + " save it anew with transformers' T5TokenizerFast), but there is no such file");
        }
        // Tokenizers run on the CPU; without this, a machine with CUDA would look for a build of its own.
        if (System.getProperty("RUST_FLAVOR") == null) System.setProperty("RUST_FLAVOR", "cpu");
        String length = Integer.toString(MAX_TOKENS);
        Map<String, String> options = Map.of(
                "addSpecialTokens", "true",
                "truncation", "true",
                "maxLength", length,
                "modelMaxLength", length,
                "padding", "false");
        try (InputStream json = Files.newInputStream(file)) {
            return new PromptTokenizer(HuggingFaceTokenizer.newInstance(json, options));
        } catch (IOException
                | RuntimeException e) { // the native library throws RuntimeException for what it cannot parse
            throw new InvalidModel(file + ": expected a tokenizer, but " + e.getMessage(), e);
        }
    }

    /** The tokens of a text with the end of text behind them, cut to {@link #MAX_TOKENS}. */
    long[] tokens(String text) {
        Encoding encoding = tokenizer.encode(text);
        long[] ids = encoding.getIds();
        long[] mask = encoding.getAttentionMask();
        int padding = 0; // where tokenizer.json asks for it
        while (padding < ids.length && mask[ids.length - 1 - padding] == 0) padding++;
        return Arrays.copyOf(ids, ids.length - padding);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
