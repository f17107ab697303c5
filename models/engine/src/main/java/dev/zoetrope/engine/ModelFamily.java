package dev.zoetrope.engine;

import dev.zoetrope.contracts.ModelCard;
import java.nio.file.Path;

/**
 * A family of checkpoints that share their networks and their sampler, found by {@link java.util.ServiceLoader}.
 *
 * <p>The three parts of a model are loaded apart, because each runs in a stage of its own.
 */
public interface ModelFamily {
    /** The family's name, for people: {@code wan}. */
    String name();

    /** Whether the folder's {@code model_index.json} names a pipeline of this family. Reads no weights. */
    boolean reads(Path folder);

    /**
     * What the checkpoint can make. Reads configs only.
     *
     * @throws InvalidModel when a config is missing, lacks a field or says what this family does not know
     */
    ModelCard card(Path folder);

    /** @throws InvalidModel when a file is missing, damaged or does not fit its config, or the family reads no text */
    default TextEncoder textEncoder(Path folder, EngineSettings settings) {
        throw new InvalidModel(folder + ": expected a model that reads text, but the family " + name() + " reads none");
    }

    /** @throws InvalidModel when a file is missing, damaged or does not fit its config */
    Denoiser denoiser(Path folder, EngineSettings settings);

    /** @throws InvalidModel when a file is missing, damaged or does not fit its config */
    VideoAutoencoder autoencoder(Path folder, EngineSettings settings);
}
