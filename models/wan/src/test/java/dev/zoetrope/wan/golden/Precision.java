package dev.zoetrope.wan.golden;

import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.tensors.DType;

/** How the networks compute. The reference computed in F32, whatever its files hold. */
enum Precision {
    EXACT(DType.F32),
    /** Eight bits of mantissa in the large matrices: near the reference, not equal to it. */
    HALF(DType.BF16);

    private final DType dtype;

    Precision(DType dtype) {
        this.dtype = dtype;
    }

    DType dtype() {
        return dtype;
    }

    EngineSettings settings() {
        return new EngineSettings("cpu", 0, dtype.name());
    }

    Torch torch() {
        return Torch.open(settings());
    }

    /** The tolerance that applies. */
    double tolerance(double exact, double half) {
        return this == EXACT ? exact : half;
    }
}
