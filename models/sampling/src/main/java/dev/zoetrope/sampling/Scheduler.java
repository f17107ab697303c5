package dev.zoetrope.sampling;

import dev.zoetrope.engine.StaleCheckpoint;
import dev.zoetrope.tensors.HostTensor;
import java.util.Map;

/**
 * One run along the noise schedule: which σ each step has, which timestep the network is told, and how a predicted velocity moves the
 * sample. Arithmetic is single precision, in the reference's order.
 *
 * <p>Holds the history of its run, so a run needs a scheduler of its own. Not for use by several threads.
 */
public interface Scheduler {
    /** Steps n of the whole schedule. */
    int steps();

    /** The first step that this run takes: 0, or later when it starts from a noised source; {@code steps()} when it takes none. */
    int first();

    /** σ before step i; {@code sigma(steps())} is what the last step ends at. */
    float sigma(int i);

    /** What the network is told at step i. */
    float timestep(int i);

    /**
     * Takes step i. Steps are taken in order, from {@link #first()}.
     *
     * @param velocity what the network predicted from {@code sample} at step i
     * @return the sample at σ of step i+1; a new array, nothing that was given is written to
     * @throws IllegalStateException when it is not step i's turn
     */
    float[] step(int i, float[] velocity, float[] sample);

    /** The clean sample noised to where this run starts: {@code (1-σ)·clean + σ·noise}; the clean one itself when no step is taken. */
    default float[] noised(float[] clean, float[] noise) {
        float sigma = first() == steps() ? 0 : sigma(first());
        float alpha = 1 - sigma;
        float[] sample = new float[clean.length];
        for (int k = 0; k < sample.length; k++) sample[k] = alpha * clean[k] + sigma * noise[k];
        return sample;
    }

    /** Everything that the next step depends on besides its sample. The tensors are copies. */
    Map<String, HostTensor> state();

    /**
     * Goes on where another scheduler of the same schedule was when its {@link #state()} was taken, bit for bit.
     *
     * @param elements values of the sample
     * @return the next step
     * @throws StaleCheckpoint when the state is not of such a scheduler
     */
    int restore(Map<String, HostTensor> state, int elements);
}
