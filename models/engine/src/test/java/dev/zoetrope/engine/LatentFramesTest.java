package dev.zoetrope.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.tensors.HostTensor;
import org.junit.jupiter.api.Test;

class LatentFramesTest {
    /** Two channels, three frames, one row of two. */
    private static final HostTensor LATENTS =
            HostTensor.ofFloats(new float[] {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15}, 2, 3, 1, 2);

    @Test
    void slices_joined_are_the_whole() {
        // Given
        HostTensor before = LatentFrames.slice(LATENTS, 0, 1);
        HostTensor after = LatentFrames.slice(LATENTS, 1, 3);
        // When
        HostTensor joined = LatentFrames.concat(before, after);
        // Then
        assertThat(joined).isEqualTo(LATENTS);
    }

    @Test
    void a_slice_holds_its_frames_of_every_channel() {
        assertThat(LatentFrames.slice(LATENTS, 1, 2).floats()).containsExactly(2, 3, 12, 13);
        assertThat(LatentFrames.last(LATENTS, 1).floats()).containsExactly(4, 5, 14, 15);
        assertThat(LatentFrames.last(LATENTS, 9)).isEqualTo(LATENTS);
    }

    @Test
    void a_circle_rolled_to_and_fro_is_as_it_was() {
        assertThat(LatentFrames.rolled(LATENTS, 1).floats()).containsExactly(2, 3, 4, 5, 0, 1, 12, 13, 14, 15, 10, 11);
        assertThat(LatentFrames.rolled(LatentFrames.rolled(LATENTS, 5), -5)).isEqualTo(LATENTS);
        assertThat(LatentFrames.rolled(LATENTS, 3)).isEqualTo(LATENTS);
    }

    @Test
    void what_does_not_fit_is_refused() {
        assertThatThrownBy(() -> LatentFrames.slice(LATENTS, 2, 4)).hasMessageContaining("within 0 to 3");
        assertThatThrownBy(() -> LatentFrames.concat(LATENTS, HostTensor.ofFloats(new float[4], 1, 2, 1, 2)))
                .hasMessageContaining("expected latents of one size");
        assertThatThrownBy(() -> LatentFrames.last(HostTensor.ofFloats(new float[4], 4), 1))
                .hasMessageContaining("expected [C, F, H, W]");
    }
}
