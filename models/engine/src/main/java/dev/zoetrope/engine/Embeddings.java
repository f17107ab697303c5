package dev.zoetrope.engine;

import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.util.Map;

/**
 * What text encoders make of a prompt: tensors by name, as the denoiser of the same family asks for them. Stored as safetensors of
 * the same names.
 */
public record Embeddings(Map<String, HostTensor> tensors) {
    /** The name of a row for each token: F32 {@code [L, D]}. */
    public static final String TOKENS = "embeddings";

    /** The name of one row for the whole prompt: F32 {@code [D]}. */
    public static final String POOLED = "pooled";

    public Embeddings {
        tensors = Map.copyOf(tensors);
    }

    /** Of a family with one text encoder, whose only output is a row for each token. */
    public static Embeddings ofTokens(HostTensor tokens) {
        return new Embeddings(Map.of(TOKENS, tokens));
    }

    public static Embeddings read(Safetensors stored) {
        return new Embeddings(stored.tensors());
    }

    public Safetensors stored() {
        return new Safetensors(tensors);
    }

    /** @throws UnfitTensor when there is none of this name; the message names those there are */
    public HostTensor get(String name) {
        HostTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new UnfitTensor("embeddings: expected a tensor " + name + ", but there are " + tensors.keySet());
        }
        return tensor;
    }
}
