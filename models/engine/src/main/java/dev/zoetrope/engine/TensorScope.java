package dev.zoetrope.engine;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Owns native values; closing it frees them all. What a program keeps in an attribute lives on with the program.
 *
 * <p>For one thread.
 */
public final class TensorScope implements AutoCloseable {
    private final PtNDManager manager;
    private final List<IValue> values = new ArrayList<>();

    private boolean closed;

    TensorScope(PtNDManager manager) {
        this.manager = manager;
        Torch.IN_USE.incrementAndGet();
    }

    /**
     * Copies a tensor to the device.
     *
     * @param tensor F32, F64, I64, I32 or U8; others cannot cross into the native library safely
     */
    public IValue tensor(HostTensor tensor) {
        DataType type = dataType(tensor.dtype());
        ByteBuffer data = ByteBuffer.allocateDirect(Math.toIntExact(tensor.byteCount()))
                .order(ByteOrder.nativeOrder())
                .put(tensor.data())
                .flip();
        // DJL's array borrows the buffer's memory, which goes with the buffer; a program may keep the tensor for longer
        try (PtNDArray borrowed = (PtNDArray) manager.create(data, new Shape(tensor.shape()), type);
                PtNDArray owned = (PtNDArray) borrowed.duplicate()) {
            return own(IValue.from(owned));
        }
    }

    public IValue of(long value) {
        return own(IValue.from(value));
    }

    public IValue of(double value) {
        return own(IValue.from(value));
    }

    public IValue of(boolean value) {
        return own(IValue.from(value));
    }

    public IValue of(String value) {
        return own(IValue.from(value));
    }

    public IValue list(long... values) {
        return own(IValue.listFrom(values));
    }

    public IValue list(double... values) {
        return own(IValue.listFrom(values));
    }

    /** A list of values of one type; it must not be empty. */
    public IValue list(List<IValue> values) {
        return own(IValue.listFrom(values.toArray(IValue[]::new)));
    }

    /** Copies a tensor that a program returned to the host: F32, F64, I64, I32 or U8. */
    public HostTensor read(IValue value) {
        try (PtNDArray array = value.toTensor(manager)) {
            DType dtype = dtype(array.getDataType());
            long[] shape = array.getShape().getShape();
            if (!array.getDevice().isGpu()) return HostTensor.of(dtype, bytes(array), shape);
            try (PtNDArray onHost = array.toDevice(Device.cpu(), true)) {
                return HostTensor.of(dtype, bytes(onHost), shape);
            }
        }
    }

    /** Hands a value over to this scope. */
    public IValue own(IValue value) {
        values.add(value);
        return value;
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        Torch.IN_USE.decrementAndGet();
        values.forEach(IValue::close);
        values.clear();
        manager.close();
    }

    private static ByteBuffer bytes(PtNDArray array) {
        return array.toByteBuffer(false).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static DataType dataType(DType dtype) {
        return switch (dtype) {
            case F32 -> DataType.FLOAT32;
            case F64 -> DataType.FLOAT64;
            case I64 -> DataType.INT64;
            case I32 -> DataType.INT32;
            case U8 -> DataType.UINT8;
            default -> throw new IllegalArgumentException("expected F32, F64, I64, I32 or U8, but " + dtype + " came");
        };
    }

    private static DType dtype(DataType type) {
        return switch (type) {
            case FLOAT32 -> DType.F32;
            case FLOAT64 -> DType.F64;
            case INT64 -> DType.I64;
            case INT32 -> DType.I32;
            case UINT8 -> DType.U8;
            default ->
                throw new IllegalStateException(
                        "a program returned a tensor of type " + type + "; expected F32, F64, I64, I32 or U8");
        };
    }
}
