package dev.zoetrope.wan.golden;

import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.wan.vae.WanAutoencoder;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code AutoencoderKLWan}: pixels to the mode of latents, and latents to pixels. The reference's latents are not normalised, ours are.
 */
final class VaeRunner implements Runner {
    @Override
    public String kind() {
        return "vae";
    }

    @Override
    public boolean takes(GoldenCase golden) {
        return golden.isModelOf("_class_name", "AutoencoderKLWan");
    }

    @Override
    public List<Measured> run(GoldenCase golden, Precision precision) {
        golden.useModel("config.json");
        double tolerance = precision.tolerance(1e-4, 2e-1);
        List<Measured> results = new ArrayList<>();
        try (WanAutoencoder vae = WanAutoencoder.load(golden.model(), precision.torch(), precision.dtype(), false)) {
            if (golden.hasIn("pixels")) results.add(encode(golden, vae, tolerance));
            if (golden.hasIn("latents")) results.add(decode(golden, vae, tolerance));
        }
        return results;
    }

    private static Measured encode(GoldenCase golden, WanAutoencoder vae, double tolerance) {
        HostTensor batch = golden.in("pixels");
        List<HostTensor> latents = new ArrayList<>();
        for (int i = 0; i < batch.size(0); i++) {
            HostTensor frames = swapped(Tensors.part(batch, i), true);
            HostTensor normalised = vae.encode(List.of(frames).iterator(), Tiling.NONE);
            latents.add(perChannel(normalised, (c, x) -> x * vae.deviation()[c] + vae.mean()[c]));
        }
        return Measured.largest("latents", golden.out("latents"), Tensors.stack(latents), tolerance);
    }

    private static Measured decode(GoldenCase golden, WanAutoencoder vae, double tolerance) {
        HostTensor batch = golden.in("latents");
        List<HostTensor> pixels = new ArrayList<>();
        for (int i = 0; i < batch.size(0); i++) {
            HostTensor latents = perChannel(Tensors.part(batch, i), (c, x) -> (x - vae.mean()[c]) / vae.deviation()[c]);
            List<HostTensor> frames = new ArrayList<>();
            vae.decodeUnrounded(latents, Tiling.NONE, chunk -> {
                for (int t = 0; t < chunk.size(0); t++) frames.add(Tensors.part(chunk, t));
            });
            pixels.add(swapped(Tensors.stack(frames), false));
        }
        return Measured.largest("pixels", golden.out("pixels"), Tensors.stack(pixels), tolerance);
    }

    private interface OfChannel {
        double apply(int channel, double x);
    }

    private static HostTensor perChannel(HostTensor tensor, OfChannel function) {
        float[] values = tensor.floats();
        int size = values.length / (int) tensor.size(0);
        for (int i = 0; i < values.length; i++) values[i] = (float) function.apply(i / size, values[i]);
        return HostTensor.ofFloats(values, tensor.shape());
    }

    /** {@code [C, T, H, W]} to {@code [T, H, W, C]}, or back. */
    private static HostTensor swapped(HostTensor video, boolean toLast) {
        float[] from = video.floats();
        float[] to = new float[from.length];
        long[] shape = video.shape();
        int channels = (int) (toLast ? shape[0] : shape[3]);
        int places = from.length / channels;
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < places; i++) {
                if (toLast) to[i * channels + c] = from[c * places + i];
                else to[c * places + i] = from[i * channels + c];
            }
        }
        return toLast
                ? HostTensor.ofFloats(to, shape[1], shape[2], shape[3], shape[0])
                : HostTensor.ofFloats(to, shape[3], shape[0], shape[1], shape[2]);
    }
}
