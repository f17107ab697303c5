package dev.zoetrope.engine;

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
     * @throws ModelException when a config is missing, lacks a field or says what this family does not know
     */
    ModelCard card(Path folder);

    /** @throws ModelException when a file is missing, damaged or does not fit its config */
    TextEncoder textEncoder(Path folder, EngineSettings settings);

    /** @throws ModelException when a file is missing, damaged or does not fit its config */
    Denoiser denoiser(Path folder, EngineSettings settings);

    /** @throws ModelException when a file is missing, damaged or does not fit its config */
    VideoAutoencoder autoencoder(Path folder, EngineSettings settings);
}
