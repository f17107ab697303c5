package dev.zoetrope.wan.golden;

import dev.zoetrope.tensors.HostTensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Batches, as the reference has them, and their parts, as ours are. */
final class Tensors {
    private Tensors() {}

    /** Part i of the first axis, without that axis. */
    static HostTensor part(HostTensor batch, int i) {
        long[] shape = batch.shape();
        int size = Math.toIntExact(batch.byteCount() / shape[0]);
        ByteBuffer data = batch.data();
        return HostTensor.of(
                batch.dtype(),
                data.slice(data.position() + i * size, size),
                Arrays.copyOfRange(shape, 1, shape.length));
    }

    /** The same values in another shape. */
    static HostTensor reshape(HostTensor tensor, long... shape) {
        return HostTensor.of(tensor.dtype(), tensor.data(), shape);
    }

    /** F32 tensors of one shape, one after another along a new first axis. */
    static HostTensor stack(List<HostTensor> parts) {
        long[] shape = parts.get(0).shape();
        int size = Math.toIntExact(parts.get(0).elements());
        float[] values = new float[size * parts.size()];
        for (int i = 0; i < parts.size(); i++) {
            if (!Arrays.equals(parts.get(i).shape(), shape)) {
                throw new AssertionError("expected parts of one shape, but " + parts + " came");
            }
            System.arraycopy(parts.get(i).floats(), 0, values, i * size, size);
        }
        long[] stacked = new long[shape.length + 1];
        stacked[0] = parts.size();
        System.arraycopy(shape, 0, stacked, 1, shape.length);
        return HostTensor.ofFloats(values, stacked);
    }
}
