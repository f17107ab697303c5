package dev.zoetrope.wan.vae;

import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Autoencoders and material for tests. */
final class Videos {
    /** Random weights, Wan 2.1's form. */
    static final Path WAN_2_1 = Path.of("src/test/golden/vae-2.1/model");
    /** Random weights, Wan 2.2's form. */
    static final Path WAN_2_2 = Path.of("src/test/golden/vae-2.2/model");
    /** Trained weights, Wan 2.2's form. */
    static final Path TOYBOX = Path.of("../toybox/vae");

    static final Torch TORCH = Torch.open(new EngineSettings("cpu", 0, "F32"));

    private Videos() {}

    static WanAutoencoder load(Path folder) {
        return WanAutoencoder.load(folder, TORCH, DType.F32, false);
    }

    static WanAutoencoder load(Path folder, SliceLength slices) {
        return WanAutoencoder.load(folder, TORCH, DType.F32, false, slices);
    }

    static HostTensor noise(long seed, long... shape) {
        Random random = new Random(seed);
        float[] values = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
        for (int i = 0; i < values.length; i++) values[i] = (float) random.nextGaussian();
        return HostTensor.ofFloats(values, shape);
    }

    /** A red ball that moves over a green field: of the kind that toybox was trained on. */
    static HostTensor scene(int frames, int height, int width) {
        byte[] bytes = new byte[frames * height * width * 3];
        int i = 0;
        for (int t = 0; t < frames; t++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    boolean ball = Math.hypot(y - height * 0.5, x - width * 0.3 - t) < Math.min(height, width) / 5.0;
                    bytes[i++] = (byte) (ball ? 220 : 60);
                    bytes[i++] = (byte) (ball ? 50 : 140);
                    bytes[i++] = (byte) (ball ? 40 : 60);
                }
            }
        }
        return HostTensor.ofBytes(bytes, frames, height, width, 3);
    }

    static Iterator<HostTensor> chunks(HostTensor frames, int length) {
        int count = (int) frames.size(0);
        return IntStream.iterate(0, i -> i < count, i -> i + length)
                .mapToObj(i -> FrameQueue.slice(frames, i, Math.min(count, i + length)))
                .iterator();
    }

    static HostTensor encode(WanAutoencoder vae, HostTensor frames, Tiling tiling) {
        return vae.encode(List.of(frames).iterator(), tiling);
    }

    /** All frames, F32 or U8 as the autoencoder hands them out. */
    static HostTensor decode(WanAutoencoder vae, HostTensor latents, Tiling tiling, boolean rounded) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long[] shape = {0, 0, 0, 0};
        Consumer<HostTensor> collect = chunk -> {
            long before = shape[0];
            System.arraycopy(chunk.shape(), 0, shape, 0, 4);
            shape[0] += before;
            bytes.writeBytes(chunk.bytes());
        };
        if (rounded) vae.decode(latents, tiling, collect);
        else vae.decodeUnrounded(latents, tiling, collect);
        ByteBuffer data = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        return HostTensor.of(rounded ? DType.U8 : DType.F32, data, shape);
    }

    static double largestDifference(HostTensor left, HostTensor right) {
        return differences(left, right).max().orElse(0);
    }

    static double meanDifference(HostTensor left, HostTensor right) {
        return differences(left, right).average().orElse(0);
    }

    private static DoubleStream differences(HostTensor left, HostTensor right) {
        if (!Arrays.equals(left.shape(), right.shape()) || left.dtype() != right.dtype()) {
            throw new AssertionError("expected " + left + ", but " + right + " came");
        }
        if (left.dtype() == DType.U8) {
            long[] a = left.longs();
            long[] b = right.longs();
            return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i]));
        }
        float[] a = left.floats();
        float[] b = right.floats();
        return IntStream.range(0, a.length).mapToDouble(i -> Math.abs((double) a[i] - b[i]));
    }
}
