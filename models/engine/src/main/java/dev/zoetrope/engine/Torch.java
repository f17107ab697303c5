package dev.zoetrope.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDManager;
import dev.zoetrope.tensors.DType;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * PyTorch's native library on one device: where programs run and tensors live.
 *
 * <p>Threads are a setting of the whole process; the first {@link #open} decides.
 */
public final class Torch {
    static final AtomicInteger IN_USE = new AtomicInteger();

    private final Device device;
    private final DType compute;
    private final PtNDManager manager;

    private Torch(Device device, DType compute) {
        this.device = device;
        this.compute = compute;
        this.manager = (PtNDManager) engine().newBaseManager(device);
    }

    /**
     * Loads the native library, once a process, and chooses the device.
     *
     * @throws ModelException when CUDA is asked for and there is none
     */
    public static Torch open(EngineSettings settings) {
        int threads = settings.threads() > 0
                ? settings.threads()
                : Runtime.getRuntime().availableProcessors();
        setDefault("ai.djl.pytorch.num_threads", Integer.toString(threads));
        setDefault("ai.djl.pytorch.num_interop_threads", "1");
        setDefault("ai.djl.pytorch.graph_optimizer", "false");
        setDefault("OPT_OUT_TRACKING", "true");
        Device device = device(settings.device());
        DType compute =
                settings.dtype() != null ? DType.valueOf(settings.dtype()) : device.isGpu() ? DType.BF16 : DType.F32;
        return new Torch(device, compute);
    }

    private static Device device(String name) {
        int gpus = engine().getGpuCount();
        if (name.equals("cpu") || name.equals("auto") && gpus == 0) return Device.cpu();
        int index = name.contains(":") ? Integer.parseInt(name.substring(name.indexOf(':') + 1)) : 0;
        if (index >= gpus) {
            throw new InvalidModel("device: expected " + name + ", but this machine has " + gpus + " CUDA devices");
        }
        return Device.gpu(index);
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) System.setProperty(property, value);
    }

    private static Engine engine() {
        return Engine.getEngine("PyTorch");
    }

    /** Programs and scopes of this process that are not closed: what holds native memory. */
    public static int inUse() {
        return IN_USE.get();
    }

    /** Element type of the large matrices: F32 or BF16. */
    public DType compute() {
        return compute;
    }

    public boolean isCuda() {
        return device.isGpu();
    }

    /** A scope for tensors: everything made in it is freed when it closes. */
    public TensorScope scope() {
        return new TensorScope((PtNDManager) manager.newSubManager(device));
    }

    Device device() {
        return device;
    }

    /** The device as TorchScript spells it. */
    String deviceName() {
        return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
    }

    /** PyTorch's number of a type (c10::ScalarType). */
    static long code(DType dtype) {
        return switch (dtype) {
            case U8 -> 0;
            case I8 -> 1;
            case I16 -> 2;
            case I32 -> 3;
            case I64 -> 4;
            case F16 -> 5;
            case F32 -> 6;
            case F64 -> 7;
            case BOOL -> 11;
            case BF16 -> 15;
        };
    }
}
