package dev.zoetrope.engine;

import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a denoiser is given beside the prompt. A request has at most one of each kind; a model refuses the kinds it cannot use. */
public sealed interface Conditioning {
    /**
     * What an autoencoder makes of given frames. It is stored, and the denoiser of the same model reads it: the names of the
     * tensors in the file are said here and nowhere else.
     */
    sealed interface OfFrames extends Conditioning permits Known, ConcatChannels, ImageEmbeddings {
        /** The tensors by the names they are stored under. */
        Map<String, HostTensor> tensors();
    }

    /**
     * Clean latents that are held fast.
     *
     * @param latents F32 {@code [C, F, H, W]}; any value where nothing is known
     * @param mask F32 {@code [F, 1, 1]} or {@code [F, H, W]}, 0 to 1: 1 is known, 0 is to be made, between for soft edges
     */
    record Known(HostTensor latents, HostTensor mask) implements OfFrames {
        @Override
        public Map<String, HostTensor> tensors() {
            return Map.of("latents", latents, "mask", mask);
        }
    }

    /** More input channels, F32 {@code [E, F, H, W]}, for a network that reads given frames there. */
    record ConcatChannels(HostTensor channels) implements OfFrames {
        @Override
        public Map<String, HostTensor> tensors() {
            return Map.of("condition", channels);
        }
    }

    /** What an image encoder sees of given pictures, F32 {@code [L, D]}: the pictures' tokens one after another. */
    record ImageEmbeddings(HostTensor tokens) implements OfFrames {
        @Override
        public Map<String, HostTensor> tensors() {
            return Map.of("image", tokens);
        }
    }

    /**
     * A video or picture to edit (SDEdit).
     *
     * @param latents F32 {@code [C, F, H, W]}
     * @param strength where the noise starts, 0 to 1: 1 ignores the source, 0 returns it
     */
    record Source(HostTensor latents, double strength) implements Conditioning {}

    /**
     * The window of a longer video that this one goes on from, without its frames: so decoding the one and denoising the other run at
     * the same time.
     *
     * @param previous F32 {@code [C, F, H, W]} of the window before
     * @param overlapFrames pixel frames that both windows have, {@code temporalFactor * k + 1}: the first {@code k + 1} latent frames
     *     of the result are the last of {@code previous}
     */
    record Continuation(HostTensor previous, int overlapFrames) implements Conditioning {}

    /**
     * Pictures to keep to.
     *
     * @param latents F32 {@code [C, R, H, W]}, a latent frame each; they are not among what is made
     */
    record References(HostTensor latents) implements Conditioning {}

    /**
     * The last frame is the first again: the latents are the {@code k} of {@code temporalFactor} frames each, in a circle, without one
     * of the first frame alone.
     */
    record Loop() implements Conditioning {}

    /** The number of a class, from 0, of a model that was trained on labels. */
    record ClassLabel(int label) implements Conditioning {}

    /** As one file, for {@link #read}. */
    static Safetensors stored(List<OfFrames> conditioning) {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        conditioning.forEach(c -> tensors.putAll(c.tensors()));
        return new Safetensors(tensors);
    }

    /** @throws UnfitTensor for a file without a tensor that is known here, or with latents and no mask */
    static List<OfFrames> read(Safetensors stored) {
        Map<String, HostTensor> tensors = stored.tensors();
        List<OfFrames> conditioning = new ArrayList<>();
        HostTensor latents = tensors.get("latents");
        HostTensor mask = tensors.get("mask");
        if (latents != null && mask != null) conditioning.add(new Known(latents, mask));
        HostTensor channels = tensors.get("condition");
        if (channels != null) conditioning.add(new ConcatChannels(channels));
        HostTensor image = tensors.get("image");
        if (image != null) conditioning.add(new ImageEmbeddings(image));
        UnfitTensor.unless(
                stored(conditioning).tensors().keySet().equals(tensors.keySet()) && !conditioning.isEmpty(),
                "conditioning",
                "tensors latents and mask, condition, or image",
                tensors.keySet());
        return conditioning;
    }
}
