package dev.zoetrope.sampling;

import dev.zoetrope.tensors.HostTensor;

/** Classifier-free guidance: away from what the network says without the prompt. */
public final class Guidance {
    private Guidance() {}

    /** {@code uncond + scale (cond - uncond)}, in single precision; both of one shape. */
    public static HostTensor guided(HostTensor cond, HostTensor uncond, double scale) {
        float[] c = cond.floats();
        float[] u = uncond.floats();
        for (int i = 0; i < u.length; i++) u[i] += (c[i] - u[i]) * (float) scale;
        return HostTensor.ofFloats(u, uncond.shape());
    }
}
