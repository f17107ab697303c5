package dev.zoetrope.engine;

import org.jspecify.annotations.Nullable;

/**
 * Where and how models run.
 *
 * @param device {@code auto} (CUDA when there is one, else the CPU), {@code cpu}, {@code cuda} or {@code cuda:<index>}
 * @param threads threads of one operation on the CPU; 0 for one a core
 * @param dtype {@code F32} or {@code BF16} of the large matrices; null for what the checkpoint holds on CUDA, and F32 on the CPU
 */
public record EngineSettings(
        String device, int threads, @Nullable String dtype) {
    public static final EngineSettings DEFAULT = new EngineSettings("auto", 0, null);

    public EngineSettings {
        if (!device.matches("auto|cpu|cuda(:\\d+)?")) {
            throw new IllegalArgumentException(
                    "device: expected auto, cpu, cuda or cuda:<index>, but \"" + device + "\" came");
        }
        if (threads < 0) throw new IllegalArgumentException("threads: expected at least 0, but " + threads + " came");
        if (dtype != null && !dtype.equals("F32") && !dtype.equals("BF16")) {
            throw new IllegalArgumentException("dtype: expected F32 or BF16, but \"" + dtype + "\" came");
        }
    }
}
