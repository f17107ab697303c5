package dev.zoetrope.wan.image;

import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An autoencoder that adds, to what is known of given frames, what CLIP sees of the very first and the very last: {@code image} F32
 * {@code [N*L, D]}. The encoder is loaded when it is first needed; most work on an autoencoder is decoding.
 */
public final class SeeingAutoencoder implements VideoAutoencoder {
    private final VideoAutoencoder autoencoder;
    private final Supplier<ClipEncoder> loader;
    private @Nullable ClipEncoder encoder;

    /** @param autoencoder closed with this */
    public SeeingAutoencoder(VideoAutoencoder autoencoder, Supplier<ClipEncoder> loader) {
        this.autoencoder = autoencoder;
        this.loader = loader;
    }

    @Override
    public Safetensors known(@Nullable HostTensor first, @Nullable HostTensor last, int frames) {
        Safetensors known = autoencoder.known(first, last, frames);
        List<HostTensor> seen = new ArrayList<>();
        if (first != null) seen.add(encoder().encode(frame(first, 0)));
        if (last != null) seen.add(encoder().encode(frame(last, (int) last.size(0) - 1)));
        Map<String, HostTensor> tensors = new LinkedHashMap<>(known.tensors());
        tensors.put("image", joined(seen));
        return new Safetensors(tensors, known.metadata());
    }

    private ClipEncoder encoder() {
        if (encoder == null) encoder = loader.get();
        return encoder;
    }

    private static HostTensor frame(HostTensor frames, int i) {
        long[] shape = frames.shape();
        int size = Math.toIntExact(frames.byteCount() / shape[0]);
        return HostTensor.of(
                frames.dtype(), frames.data().slice(i * size, size), Arrays.copyOfRange(shape, 1, shape.length));
    }

    private static HostTensor joined(List<HostTensor> parts) {
        int bytes = parts.stream().mapToInt(p -> Math.toIntExact(p.byteCount())).sum();
        ByteBuffer data = ByteBuffer.allocate(bytes);
        parts.forEach(part -> data.put(part.data()));
        HostTensor like = parts.get(0);
        return HostTensor.of(like.dtype(), data.flip(), like.size(0) * parts.size(), like.size(1));
    }

    @Override
    public HostTensor encode(Iterator<HostTensor> chunks, Tiling tiling) {
        return autoencoder.encode(chunks, tiling);
    }

    @Override
    public void decode(HostTensor latents, Tiling tiling, Consumer<HostTensor> frames) {
        autoencoder.decode(latents, tiling, frames);
    }

    @Override
    public void decodeAfter(HostTensor context, HostTensor latents, Tiling tiling, Consumer<HostTensor> frames) {
        autoencoder.decodeAfter(context, latents, tiling, frames);
    }

    @Override
    public int temporalFactor() {
        return autoencoder.temporalFactor();
    }

    @Override
    public void close() {
        if (encoder != null) encoder.close();
        autoencoder.close();
    }
}
