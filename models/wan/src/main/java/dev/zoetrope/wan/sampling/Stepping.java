package dev.zoetrope.wan.sampling;

import dev.zoetrope.tensors.HostTensor;
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
    public final void restore(Map<String, HostTensor> state) {
        long[] position = stored(state, NEXT).longs();
        if (position.length != 3 || position[1] != steps() || position[2] != first()) {
            throw new IllegalArgumentException("checkpoint: expected " + steps() + " steps from step " + first()
                    + " in " + NEXT + ", but it is of another run");
        }
        if (position[0] < first() || position[0] > steps()) {
            throw new IllegalArgumentException("checkpoint: expected a step of " + first() + " to " + steps() + " in "
                    + NEXT + ", but " + position[0] + " came");
        }
        restoreFrom(state, (int) position[0] - first());
        next = (int) position[0];
    }

    static HostTensor stored(Map<String, HostTensor> state, String name) {
        HostTensor tensor = state.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "checkpoint: expected a tensor " + name + ", but there are " + state.keySet());
        }
        return tensor;
    }

    abstract float[] advance(int i, float[] velocity, float[] sample);

    abstract void saveTo(Map<String, HostTensor> state);

    /** @param taken steps that were taken before the state was saved */
    abstract void restoreFrom(Map<String, HostTensor> state, int taken);
}
