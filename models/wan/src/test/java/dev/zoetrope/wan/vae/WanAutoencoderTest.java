package dev.zoetrope.wan.vae;

import static dev.zoetrope.wan.vae.Videos.TOYBOX;
import static dev.zoetrope.wan.vae.Videos.WAN_2_1;
import static dev.zoetrope.wan.vae.Videos.WAN_2_2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.engine.Conditioning;
import dev.zoetrope.engine.ModelException;
import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WanAutoencoderTest {
    /** Everything at once. */
    private static final SliceLength WHOLE = new SliceLength(1L << 40, 1000, 1, 1);

    @Property(tries = 8)
    void decoding_in_any_slices_equals_decoding_at_once(
            @ForAll @IntRange(min = 1, max = 7) int frames,
            @ForAll @IntRange(min = 1, max = 60_000) int comfortable,
            @ForAll boolean old) {
        // Given
        Path folder = old ? WAN_2_1 : WAN_2_2;
        try (WanAutoencoder whole = Videos.load(folder, WHOLE);
                WanAutoencoder sliced = Videos.load(folder, new SliceLength(comfortable, 1000, 1, 1))) {
            HostTensor latents = Videos.noise(frames, whole.latentChannels(), frames, 3, 2);
            HostTensor expected = Videos.decode(whole, latents, Tiling.NONE, false);
            // When
            HostTensor came = Videos.decode(sliced, latents, Tiling.NONE, false);
            // Then
            assertThat(Videos.largestDifference(expected, came)).isLessThan(1e-5);
            assertThat(came.size(0)).isEqualTo(4 * frames - 3);
        }
    }

    @Property(tries = 8)
    void encoding_in_any_chunks_and_slices_equals_encoding_at_once(
            @ForAll @IntRange(min = 0, max = 5) int k,
            @ForAll @IntRange(min = 1, max = 9) int chunk,
            @ForAll @IntRange(min = 1, max = 400_000) int comfortable,
            @ForAll boolean old) {
        // Given
        Path folder = old ? WAN_2_1 : WAN_2_2;
        try (WanAutoencoder whole = Videos.load(folder, WHOLE);
                WanAutoencoder sliced = Videos.load(folder, new SliceLength(comfortable, 1000, 1, 1))) {
            HostTensor frames = Videos.scene(4 * k + 1, 32, 64);
            HostTensor expected = Videos.encode(whole, frames, Tiling.NONE);
            // When
            HostTensor came = sliced.encode(Videos.chunks(frames, chunk), Tiling.NONE);
            // Then
            assertThat(Videos.largestDifference(expected, came)).isLessThan(1e-5);
            assertThat(came.size(1)).isEqualTo(k + 1);
        }
    }

    @Test
    void a_trained_autoencoder_gives_back_what_it_is_given() {
        // Given
        HostTensor frames = Videos.scene(9, 64, 64);
        try (WanAutoencoder vae = Videos.load(TOYBOX)) {
            // When
            HostTensor came = Videos.decode(vae, Videos.encode(vae, frames, Tiling.NONE), Tiling.NONE, true);
            // Then
            assertThat(Videos.meanDifference(frames, came)).isLessThan(20);
        }
    }

    @Test
    void tiles_join_without_seams() {
        // Given
        HostTensor frames = Videos.scene(9, 128, 192);
        try (WanAutoencoder vae = Videos.load(TOYBOX)) {
            HostTensor latents = Videos.encode(vae, frames, Tiling.NONE);
            HostTensor whole = Videos.decode(vae, latents, Tiling.NONE, true);
            // When
            HostTensor tiled = Videos.decode(vae, latents, new Tiling(64), true);
            // Then
            assertThat(Videos.meanDifference(whole, tiled)).isLessThan(2);
            assertThat(seam(whole, tiled)).isLessThan(2);
        }
    }

    @Test
    void latents_of_tiles_are_close_to_those_of_the_whole() {
        // Given
        HostTensor frames = Videos.scene(9, 128, 192);
        try (WanAutoencoder vae = Videos.load(TOYBOX)) {
            HostTensor whole = Videos.encode(vae, frames, Tiling.NONE);
            // When
            HostTensor tiled = Videos.encode(vae, frames, new Tiling(64));
            // Then
            assertThat(Videos.meanDifference(whole, tiled)).isLessThan(0.1);
        }
    }

    /** How much more neighbouring columns differ in one video than in the other: the mean over the column where that is largest. */
    private static double seam(HostTensor whole, HostTensor tiled) {
        long[] a = whole.longs();
        long[] b = tiled.longs();
        int width = (int) whole.size(2);
        double[] steps = new double[width];
        for (int i = 3; i < a.length; i++) {
            int x = i / 3 % width;
            if (x > 0) steps[x] += Math.abs((a[i] - a[i - 3]) - (b[i] - b[i - 3])) / (double) (a.length / width);
        }
        return Arrays.stream(steps).max().orElse(0);
    }

    @Test
    void a_tile_as_large_as_the_picture_changes_nothing() {
        // Given
        try (WanAutoencoder vae = Videos.load(WAN_2_1)) {
            HostTensor latents = Videos.noise(1, 4, 2, 4, 5);
            // When
            HostTensor came = Videos.decode(vae, latents, new Tiling(40), true);
            // Then
            assertThat(came).isEqualTo(Videos.decode(vae, latents, Tiling.NONE, true));
        }
    }

    @Test
    void the_first_frames_are_known_as_their_own_latents() {
        // Given
        HostTensor first = Videos.scene(5, 32, 32);
        try (WanAutoencoder vae = Videos.load(WAN_2_1)) {
            // When
            Conditioning.Known known =
                    (Conditioning.Known) vae.known(first, null, 17).get(0);
            // Then
            assertThat(known.mask().floats()).containsExactly(1, 1, 0, 0, 0);
            assertThat(known.mask().shape()).containsExactly(5, 1, 1);
            assertThat(known.latents().shape()).containsExactly(4, 5, 4, 4);
            assertThat(frames(known.latents(), 0, 2)).isEqualTo(frames(Videos.encode(vae, first, Tiling.NONE), 0, 2));
            assertThat(frames(known.latents(), 2, 5)).containsOnly(0);
        }
    }

    @Test
    void the_last_frames_are_known_without_the_latent_that_has_no_past() {
        // Given
        HostTensor last = Videos.scene(9, 32, 32);
        try (WanAutoencoder vae = Videos.load(WAN_2_1)) {
            // When
            Conditioning.Known known =
                    (Conditioning.Known) vae.known(null, last, 17).get(0);
            // Then
            assertThat(known.mask().floats()).containsExactly(0, 0, 0, 1, 1);
            assertThat(frames(known.latents(), 3, 5)).isEqualTo(frames(Videos.encode(vae, last, Tiling.NONE), 1, 3));
        }
    }

    @Test
    void one_last_picture_is_known_as_a_moment_of_standing_still() {
        // Given
        HostTensor picture = Videos.scene(1, 32, 32);
        try (WanAutoencoder vae = Videos.load(WAN_2_1)) {
            HostTensor still = vae.encode(
                    List.of(picture, picture, picture, picture, picture).iterator(), Tiling.NONE);
            // When
            Conditioning.Known known =
                    (Conditioning.Known) vae.known(picture, picture, 9).get(0);
            // Then
            assertThat(known.mask().floats()).containsExactly(1, 0, 1);
            assertThat(frames(known.latents(), 2, 3)).isEqualTo(frames(still, 1, 2));
        }
    }

    @Test
    void channels_of_a_condition_say_which_frames_are_given() {
        // Given
        HostTensor first = Videos.scene(1, 32, 32);
        HostTensor last = Videos.scene(1, 32, 32);
        try (WanAutoencoder vae = WanAutoencoder.load(WAN_2_1, Videos.TORCH, DType.F32, true)) {
            List<HostTensor> filled = new ArrayList<>(List.of(first));
            filled.add(FrameQueue.blank(7, 32, 32));
            filled.add(last);
            // When
            List<Conditioning.OfFrames> known = vae.known(first, last, 9);
            // Then
            assertThat(known).hasSize(1);
            HostTensor condition = ((Conditioning.ConcatChannels) known.get(0)).channels();
            assertThat(condition.shape()).containsExactly(8, 3, 4, 4);
            float[] values = condition.floats();
            assertThat(given(values, 0)).containsExactly(1, 0, 0);
            assertThat(given(values, 1)).containsExactly(1, 0, 0);
            assertThat(given(values, 2)).containsExactly(1, 0, 0);
            assertThat(given(values, 3)).containsExactly(1, 0, 1);
            assertThat(Arrays.copyOfRange(values, 4 * 3 * 16, values.length))
                    .isEqualTo(vae.encode(filled.iterator(), Tiling.NONE).floats());
        }
    }

    private static float[] given(float[] condition, int channel) {
        return new float[] {condition[channel * 48], condition[channel * 48 + 16], condition[channel * 48 + 32]};
    }

    /** Latent frames of 4 x 4, one channel after another. */
    private static float[] frames(HostTensor latents, int begin, int end) {
        float[] values = latents.floats();
        float[] part = new float[(int) latents.size(0) * (end - begin) * 16];
        for (int c = 0; c < latents.size(0); c++) {
            int from = (int) (c * latents.size(1) + begin) * 16;
            System.arraycopy(values, from, part, c * (end - begin) * 16, (end - begin) * 16);
        }
        return part;
    }

    @Test
    void half_precision_stays_close() {
        // Given
        HostTensor frames = Videos.scene(9, 64, 64);
        try (WanAutoencoder full = Videos.load(TOYBOX);
                WanAutoencoder half = WanAutoencoder.load(TOYBOX, Videos.TORCH, DType.BF16, false)) {
            HostTensor latents = Videos.encode(full, frames, Tiling.NONE);
            // When
            HostTensor encoded = Videos.encode(half, frames, Tiling.NONE);
            HostTensor decoded = Videos.decode(half, latents, Tiling.NONE, true);
            // Then
            assertThat(Videos.meanDifference(latents, encoded)).isLessThan(2e-2);
            assertThat(Videos.meanDifference(Videos.decode(full, latents, Tiling.NONE, true), decoded))
                    .isLessThan(1);
        }
    }

    @Test
    void frames_that_do_not_fit_are_refused_by_what_was_expected_and_what_came() {
        try (WanAutoencoder vae = Videos.load(WAN_2_2)) {
            // When, Then
            refuses(vae, List.of(Videos.scene(4, 32, 32)), "expected 4k + 1, but 4 came");
            refuses(vae, List.of(Videos.scene(5, 32, 32), Videos.scene(1, 32, 32)), "expected 4k + 1, but 6 came");
            refuses(vae, List.of(), "expected at least 1");
            refuses(vae, List.of(Videos.scene(1, 40, 32)), "multiples of 16, but 40 x 32 came");
            refuses(vae, List.of(Videos.scene(1, 32, 32), Videos.scene(4, 32, 48)), "but 32 x 48 came");
            refuses(vae, List.of(Videos.noise(1, 1, 32, 32, 4)), "expected U8 [T, H, W, 3]");
            refuses(vae, List.of(HostTensor.ofLongs(new long[3072], 1, 32, 32, 3)), "but I64 [1, 32, 32, 3] came");
        }
    }

    private static void refuses(WanAutoencoder vae, List<HostTensor> chunks, String why) {
        Iterator<HostTensor> frames = chunks.iterator();
        assertThatThrownBy(() -> vae.encode(frames, Tiling.NONE))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(why);
    }

    @Test
    void latents_and_tiles_that_do_not_fit_are_refused() {
        try (WanAutoencoder vae = Videos.load(WAN_2_2)) {
            HostTensor latents = Videos.noise(1, 6, 1, 4, 4);
            // When, Then
            assertThatThrownBy(() -> vae.decode(Videos.noise(1, 4, 1, 4, 4), Tiling.NONE, f -> {}))
                    .isInstanceOf(ModelException.class)
                    .hasMessage("latents: expected F32 [6, F, H, W], but F32 [4, 1, 4, 4] came");
            assertThatThrownBy(() -> vae.decode(latents, new Tiling(10), f -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at least 64 pixels, but 10 came");
        }
    }

    @Test
    void known_frames_that_do_not_fit_are_refused() {
        try (WanAutoencoder vae = Videos.load(WAN_2_2)) {
            HostTensor five = Videos.scene(5, 32, 32);
            // When, Then
            assertThatThrownBy(() -> vae.known(null, null, 9))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("at least one of them");
            assertThatThrownBy(() -> vae.known(five, null, 8))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("frames: expected 4k + 1 frames, but 8 came");
            assertThatThrownBy(() -> vae.known(five, five, 5))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("at least 9, but 5 came");
            assertThatThrownBy(() -> vae.known(Videos.scene(2, 32, 32), null, 9))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("first: expected 4k + 1 frames, but 2 came");
            assertThatThrownBy(() -> vae.known(five, Videos.scene(1, 32, 48), 9))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("expected the size of first, 32 x 32, but 32 x 48 came");
        }
    }
}
