package dev.zoetrope.sampling;

import dev.zoetrope.engine.Denoiser.DenoisingStopped;
import dev.zoetrope.engine.Denoiser.StepListener;
import dev.zoetrope.engine.LatentFrames;
import dev.zoetrope.engine.StaleCheckpoint;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one sampler behind every task: flow matching from noise, or from a noised source, to latents, with what is known held fast.
 *
 * <p>Text to video, stills, first and last frames, extension both ways, connecting, loops and SDEdit differ in {@link KnownLatents},
 * in where the schedule starts and in nothing else.
 */
public final class Sampler {
    private static final String LATENTS = "latents";
    private static final String SCHEDULER = "scheduler.";

    private final Velocity velocity;
    private final int[] patch;
    private final boolean loop;

    /** The guided velocity that a network predicts. */
    @FunctionalInterface
    public interface Velocity {
        /**
         * @param x F32 {@code [C, F, H, W]}
         * @param t the schedule's timestep, 0 to 1000
         * @param timesteps the same for each group of tokens, 0 where all is known
         * @return F32 {@code [C, F, H, W]}
         */
        HostTensor of(HostTensor x, float t, float[] timesteps);
    }

    /**
     * @param patch the network's patch size in frames, height and width
     * @param loop whether the video is a circle; nothing is known then
     */
    public Sampler(Velocity velocity, int[] patch, boolean loop) {
        this.velocity = velocity;
        this.patch = patch.clone();
        this.loop = loop;
    }

    /**
     * Runs the steps that are left.
     *
     * @param start what the schedule's first step starts from: noise, or a noised source
     * @param checkpoint from an earlier run with the same arguments, or null
     * @throws StaleCheckpoint when it is of another run; no step was taken
     * @return F32 {@code [C, F, H, W]}
     */
    public HostTensor sample(
            Scheduler scheduler,
            HostTensor start,
            KnownLatents known,
            @Nullable Safetensors checkpoint,
            StepListener listener) {
        long[] shape = start.shape();
        int n = scheduler.steps();
        int first = checkpoint == null ? scheduler.first() : resume(scheduler, shape, checkpoint);
        float[] x = (checkpoint == null ? start : checkpoint.get(LATENTS)).floats();
        for (int i = first; i < n; i++) {
            // 1. What is known is clean, and is told to be
            HostTensor input = HostTensor.ofFloats(known.blend(x), shape);
            float t = scheduler.timestep(i);
            // 2. The network says where the video lies
            HostTensor v = loop ? around(input, i, t) : velocity.of(input, t, known.timesteps(t, shape, patch));
            // 3. The solver goes there, one step
            x = scheduler.step(i, v.floats(), x);

            float[] latents = x;
            int done = i + 1;
            if (!listener.afterStep(done, n, () -> checkpoint(scheduler, done, latents, shape)) && done < n) {
                throw new DenoisingStopped(done, n);
            }
        }
        return HostTensor.ofFloats(known.blend(x), shape);
    }

    /**
     * The velocity of a circle. The network knows lines only, so each step cuts the circle elsewhere, and no place in the video is the
     * seam of all steps (Bi et al., "Mobius: Text to Seamless Looping Video Generation via Latent Shift", 2025). In front stands what comes
     * before the cut: the network takes the first latent for a single frame's, and its answer there is dropped.
     */
    private HostTensor around(HostTensor x, int step, float t) {
        int frames = (int) x.size(1);
        int cut = step * patch[0];
        HostTensor line = LatentFrames.rolled(x, cut);
        HostTensor v = velocity.of(LatentFrames.concat(LatentFrames.last(line, patch[0]), line), t, new float[] {t});
        return LatentFrames.rolled(LatentFrames.last(v, frames), -cut);
    }

    private static Safetensors checkpoint(Scheduler scheduler, int done, float[] latents, long[] shape) {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        tensors.put(LATENTS, HostTensor.ofFloats(latents.clone(), shape));
        scheduler.state().forEach((name, tensor) -> tensors.put(SCHEDULER + name, tensor));
        return new Safetensors(
                tensors, Map.of("step", Integer.toString(done), "steps", Integer.toString(scheduler.steps())));
    }

    private static int resume(Scheduler scheduler, long[] shape, Safetensors checkpoint) {
        HostTensor latents = checkpoint.tensors().get(LATENTS);
        if (latents == null || latents.dtype() != DType.F32 || !Arrays.equals(latents.shape(), shape)) {
            throw new StaleCheckpoint("checkpoint: expected F32 " + Arrays.toString(shape) + " as " + LATENTS + ", but "
                    + checkpoint.tensors() + " came, of another run");
        }
        Map<String, HostTensor> state = new LinkedHashMap<>();
        checkpoint.tensors().forEach((name, tensor) -> {
            if (name.startsWith(SCHEDULER)) state.put(name.substring(SCHEDULER.length()), tensor);
        });
        return scheduler.restore(state, Math.toIntExact(latents.elements()));
    }
}
