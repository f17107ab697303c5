package dev.zoetrope.wan.image;

import dev.zoetrope.engine.Conditioning;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.tensors.HostTensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An autoencoder that adds, to what is known of given frames, what CLIP sees of the very first and the very last:
 * {@link Conditioning.ImageEmbeddings}. The encoder is loaded when it is first needed; most work on an autoencoder is decoding.
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
    public List<Conditioning.OfFrames> known(@Nullable HostTensor first, @Nullable HostTensor last, int frames) {
        List<Conditioning.OfFrames> known = new ArrayList<>(autoencoder.known(first, last, frames));
        List<HostTensor> seen = new ArrayList<>();
        if (first != null) seen.add(encoder().encode(first.at(0)));
        if (last != null) seen.add(encoder().encode(last.at((int) last.size(0) - 1)));
        known.add(new Conditioning.ImageEmbeddings(joined(seen)));
        return known;
    }

    private ClipEncoder encoder() {
        if (encoder == null) encoder = loader.get();
        return encoder;
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
