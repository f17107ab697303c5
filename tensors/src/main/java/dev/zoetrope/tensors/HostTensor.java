package dev.zoetrope.tensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tensor in host memory: element type, shape and little-endian bytes in row-major order.
 *
 * <p>The bytes are shared, not copied: whoever makes a tensor from an array or a map must not write to it afterwards. Safe for
 * use by several threads.
 */
public final class HostTensor {
    private final DType dtype;
    private final long[] shape;
    private final ByteBuffer data;

    private HostTensor(DType dtype, long[] shape, ByteBuffer data) {
        long expected = Math.multiplyExact(elements(shape), dtype.bytes());
        if (data.remaining() != expected) {
            throw new IllegalArgumentException("a tensor of " + dtype + " " + Arrays.toString(shape) + " has "
                    + expected + " bytes, but " + data.remaining() + " came");
        }
        this.dtype = dtype;
        this.shape = shape.clone();
        this.data =
                data.slice().order(ByteOrder.LITTLE_ENDIAN).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A view of {@code data} from its position to its limit. */
    public static HostTensor of(DType dtype, ByteBuffer data, long... shape) {
        return new HostTensor(dtype, shape, data);
    }

    public static HostTensor ofFloats(float[] values, long... shape) {
        ByteBuffer data =
                ByteBuffer.allocate(Math.multiplyExact(values.length, 4)).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new HostTensor(DType.F32, shape, data);
    }

    public static HostTensor ofLongs(long[] values, long... shape) {
        ByteBuffer data =
                ByteBuffer.allocate(Math.multiplyExact(values.length, 8)).order(ByteOrder.LITTLE_ENDIAN);
        data.asLongBuffer().put(values);
        return new HostTensor(DType.I64, shape, data);
    }

    /** Unsigned bytes, as pixels are. */
    public static HostTensor ofBytes(byte[] values, long... shape) {
        return new HostTensor(DType.U8, shape, ByteBuffer.wrap(values));
    }

    public DType dtype() {
        return dtype;
    }

    public long[] shape() {
        return shape.clone();
    }

    public long size(int axis) {
        return shape[axis];
    }

    public int rank() {
        return shape.length;
    }

    public long elements() {
        return elements(shape);
    }

    /** The i-th along the first axis, as a view without that axis. */
    public HostTensor at(int i) {
        int size = Math.toIntExact(byteCount() / shape[0]);
        return of(dtype, data.slice(i * size, size), Arrays.copyOfRange(shape, 1, shape.length));
    }

    public long byteCount() {
        return data.remaining();
    }

    /** A read-only little-endian view of the bytes, with a position of its own. */
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The values as floats: F32 as they are, F16 and BF16 widened (exactly), F64 rounded. */
    public float[] floats() {
        float[] values = new float[Math.toIntExact(elements())];
        ByteBuffer bytes = data();
        switch (dtype) {
            case F32 -> bytes.asFloatBuffer().get(values);
            case F64 -> {
                for (int i = 0; i < values.length; i++) values[i] = (float) bytes.getDouble();
            }
            case BF16 -> {
                for (int i = 0; i < values.length; i++) values[i] = Float.intBitsToFloat(bytes.getShort() << 16);
            }
            case F16 -> {
                for (int i = 0; i < values.length; i++) values[i] = halfToFloat(bytes.getShort());
            }
            default -> throw new IllegalStateException("expected a floating point tensor, but it is " + this);
        }
        return values;
    }

    /** The values of an integer tensor (I64, I32, I16, I8, or U8 unsigned). */
    public long[] longs() {
        long[] values = new long[Math.toIntExact(elements())];
        ByteBuffer bytes = data();
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (dtype) {
                case I64 -> bytes.getLong();
                case I32 -> bytes.getInt();
                case I16 -> bytes.getShort();
                case I8 -> bytes.get();
                case U8, BOOL -> bytes.get() & 0xff;
                default -> throw new IllegalStateException("expected an integer tensor, but it is " + this);
            };
        }
        return values;
    }

    /** A copy of the raw bytes. */
    public byte[] bytes() {
        byte[] copy = new byte[data.remaining()];
        data().get(copy);
        return copy;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostTensor that
                && dtype == that.dtype
                && Arrays.equals(shape, that.shape)
                && data.equals(that.data);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + data.hashCode();
    }

    @Override
    public String toString() {
        return dtype + " " + Arrays.toString(shape);
    }

    /** The number of elements of a shape. */
    public static long elements(long[] shape) {
        long n = 1;
        for (long size : shape) {
            if (size < 0) throw new IllegalArgumentException("a size cannot be negative: " + Arrays.toString(shape));
            n = Math.multiplyExact(n, size);
        }
        return n;
    }

    private static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >> 10) & 0x1f;
        int mantissa = half & 0x3ff;
        if (exponent == 0) return Math.copySign(mantissa * 0x1p-24f, Float.intBitsToFloat(sign));
        if (exponent == 31) return Float.intBitsToFloat(sign | 0x7f800000 | (mantissa << 13));
        return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (mantissa << 13));
    }
}
