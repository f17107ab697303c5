package dev.zoetrope.sampling;

import dev.zoetrope.tensors.HostTensor;
import java.util.Map;

/** Euler's method along the straight paths of flow matching: {@code x + (σ_{i+1} - σ_i)·v}. Follows scheduling_flow_match_euler_discrete.py. */
final class FlowMatchEulerScheduler extends Stepping {
    FlowMatchEulerScheduler(Schedule schedule) {
        super(schedule);
    }

    @Override
    float[] advance(int i, float[] velocity, float[] sample) {
        float dt = sigma(i + 1) - sigma(i);
        float[] next = new float[sample.length];
        for (int k = 0; k < next.length; k++) next[k] = sample[k] + dt * velocity[k];
        return next;
    }

    @Override
    void saveTo(Map<String, HostTensor> state) {}

    @Override
    void restoreFrom(Map<String, HostTensor> state, int taken, int elements) {}
}
