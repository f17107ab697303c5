package dev.zoetrope.engine;

import dev.zoetrope.contracts.ProblemCode;

/** The device has no memory left for what was asked. Trying again with less at once (smaller tiles, shorter chunks) may help. */
public final class OutOfDeviceMemory extends ModelException {
    private static final long serialVersionUID = 1L;

    public OutOfDeviceMemory(String message) {
        super(ProblemCode.OUT_OF_MEMORY, true, message, null);
    }

    public OutOfDeviceMemory(String message, Throwable cause) {
        super(ProblemCode.OUT_OF_MEMORY, true, message, cause);
    }
}
