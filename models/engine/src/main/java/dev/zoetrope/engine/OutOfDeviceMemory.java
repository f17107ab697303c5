package dev.zoetrope.engine;

/** The device has no memory left for what was asked. Trying again with less at once (smaller tiles, shorter chunks) may help. */
public final class OutOfDeviceMemory extends RuntimeException {
    public OutOfDeviceMemory(String message, Throwable cause) {
        super(message, cause);
    }
}
