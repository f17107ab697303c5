package dev.zoetrope.sampling;

import dev.zoetrope.engine.StaleCheckpoint;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Whose turn it is: what every solver shares. */
abstract class Stepping implements Scheduler {
    private static final String NEXT = "next_step";

    private final Schedule schedule;
    private int next;

    Stepping(Schedule schedule) {
        this.schedule = schedule;
        this.next = schedule.first();
    }

    @Override
    public final int steps() {
        return schedule.steps();
    }

    @Override
    public final int first() {
        return schedule.first();
    }

    @Override
    public final float sigma(int i) {
        return schedule.sigmas()[i];
    }

    @Override
    public final float timestep(int i) {
        return schedule.timesteps()[i];
    }

    @Override
    public final float[] step(int i, float[] velocity, float[] sample) {
        if (i != next || i >= steps()) {
            throw new IllegalStateException("expected step " + next + " of " + steps() + ", but step " + i + " came");
        }
        if (velocity.length != sample.length) {
            throw new IllegalArgumentException("velocity: expected " + sample.length + " values as the sample has, but "
                    + velocity.length + " came");
        }
        float[] result = advance(i, velocity, sample);
        next = i + 1;
        return result;
    }

    @Override
    public final Map<String, HostTensor> state() {
        Map<String, HostTensor> state = new LinkedHashMap<>();
        state.put(NEXT, HostTensor.ofLongs(new long[] {next, steps(), first()}, 3));
        saveTo(state);
        return state;
    }

    @Override
    public final int restore(Map<String, HostTensor> state, int elements) {
        HostTensor position = stored(state, NEXT, DType.I64, 3);
        long[] p = position.longs();
        if (p[1] != steps() || p[2] != first() || p[0] < first() || p[0] > steps()) {
            throw new StaleCheckpoint("checkpoint: expected step " + first() + " to " + steps() + " of " + steps()
                    + " in " + NEXT + ", but " + Arrays.toString(p) + " came, of another run");
        }
        restoreFrom(state, (int) p[0] - first(), elements);
        next = (int) p[0];
        return next;
    }

    static HostTensor stored(Map<String, HostTensor> state, String name, DType dtype, int elements) {
        HostTensor tensor = state.get(name);
        if (tensor == null || tensor.dtype() != dtype || tensor.elements() != elements) {
            throw new StaleCheckpoint("checkpoint: expected " + dtype + " [" + elements + "] as " + name + ", but "
                    + (tensor == null ? "there are " + state.keySet() : tensor + " came"));
        }
        return tensor;
    }

    abstract float[] advance(int i, float[] velocity, float[] sample);

    abstract void saveTo(Map<String, HostTensor> state);

    /**
     * @param taken steps that were taken before the state was saved
     * @param elements values of the sample
     */
    abstract void restoreFrom(Map<String, HostTensor> state, int taken, int elements);
}
