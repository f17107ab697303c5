package dev.zoetrope.wan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.Denoiser.DenoisingStopped;
import dev.zoetrope.engine.DenoisingRequest;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WanDenoiserTest {
    private static final int C = 16;
    private static final int F = 3;
    private static final int H = 8;
    private static final int W = 8;
    private static Denoiser denoiser;

    @BeforeAll
    static void load() {
        denoiser = new WanFamily().denoiser(Path.of("../toybox"), EngineSettings.DEFAULT);
    }

    @AfterAll
    static void unload() {
        denoiser.close();
    }

    @Test
    void a_seed_gives_the_same_latents_again() {
        assertThat(run(request())).isEqualTo(run(request()));
    }

    @Test
    void a_run_that_goes_on_from_any_checkpoint_is_bit_identical() {
        // Given
        List<Safetensors> checkpoints = new ArrayList<>();
        HostTensor unbroken = denoiser.denoise(request(), null, (step, steps, checkpoint) -> {
            checkpoints.add(checkpoint.get());
            return true;
        });
        assertThat(checkpoints).hasSize(6);
        for (Safetensors checkpoint : checkpoints) {
            // When: it has been to the store and back
            Safetensors stored = Safetensors.parse("checkpoint", ByteBuffer.wrap(checkpoint.toBytes()));
            HostTensor resumed = denoiser.denoise(request(), stored, (step, steps, c) -> true);
            // Then
            assertThat(resumed).isEqualTo(unbroken);
        }
    }

    @Test
    void a_loop_that_goes_on_from_any_checkpoint_is_bit_identical_and_has_whole_latents_only() {
        // Given
        List<Safetensors> checkpoints = new ArrayList<>();
        HostTensor unbroken = denoiser.denoise(loop(13, null), null, (step, steps, checkpoint) -> {
            checkpoints.add(checkpoint.get());
            return true;
        });
        assertThat(unbroken.shape()).containsExactly(C, 3, H, W);
        for (Safetensors checkpoint : checkpoints) {
            // When
            HostTensor resumed = denoiser.denoise(loop(13, null), checkpoint, (step, steps, c) -> true);
            // Then
            assertThat(resumed).isEqualTo(unbroken);
        }
    }

    @Test
    void a_listener_stops_the_run_between_steps() {
        // Given
        List<Integer> seen = new ArrayList<>();
        // When, Then
        assertThatThrownBy(() -> denoiser.denoise(request(), null, (step, steps, checkpoint) -> {
                    seen.add(step);
                    return step < 2;
                }))
                .isInstanceOf(DenoisingStopped.class)
                .hasMessageContaining("2 of 6");
        assertThat(seen).containsExactly(1, 2);
    }

    @Test
    void known_latents_come_back_as_they_were() {
        // Given
        float[] given = random(C * F * H * W, 5);
        float[] mask = {1, 0, 1};
        Safetensors known = new Safetensors(
                Map.of("latents", HostTensor.ofFloats(given, C, F, H, W), "mask", HostTensor.ofFloats(mask, F, 1, 1)));
        // When
        float[] made = run(with(known, null, 1)).floats();
        // Then
        float[] free = run(request()).floats();
        for (int i = 0; i < made.length; i++) {
            int frame = i / (H * W) % F;
            if (mask[frame] == 1) assertThat(made[i]).isEqualTo(given[i]);
        }
        assertThat(made).isNotEqualTo(free);
    }

    @Test
    void a_mask_over_places_keeps_a_region() {
        // Given
        float[] given = random(C * F * H * W, 6);
        float[] mask = new float[F * H * W];
        for (int i = 0; i < mask.length; i++) mask[i] = i % W < 4 ? 1 : 0;
        Safetensors known = new Safetensors(
                Map.of("latents", HostTensor.ofFloats(given, C, F, H, W), "mask", HostTensor.ofFloats(mask, F, H, W)));
        // When
        float[] made = run(with(known, null, 1)).floats();
        // Then
        for (int i = 0; i < made.length; i++) {
            if (i % W < 4) assertThat(made[i]).isEqualTo(given[i]);
        }
    }

    @Test
    void strength_0_returns_the_source_and_1_ignores_it() {
        // Given
        HostTensor source = HostTensor.ofFloats(random(C * F * H * W, 7), C, F, H, W);
        // When, Then
        assertThat(run(with(null, source, 0))).isEqualTo(source);
        assertThat(run(with(null, source, 1)).floats())
                .containsExactly(run(request()).floats());
    }

    static List<Bad> bad_requests() {
        HostTensor prompt = HostTensor.ofFloats(random(5 * 128, 1), 5, 128);
        HostTensor narrow = HostTensor.ofFloats(random(5 * 64, 1), 5, 64);
        HostTensor small = HostTensor.ofFloats(random(C * F, 1), C, F, 1, 1);
        return List.of(
                new Bad("frames: expected 4k+1", request(8, 64, 64, prompt, prompt, 6, 3, 1)),
                new Bad("frames: expected 4k+1", request(0, 64, 64, prompt, prompt, 6, 3, 1)),
                new Bad("height: expected a multiple of 16", request(9, 72, 64, prompt, prompt, 6, 3, 1)),
                new Bad("width: expected a multiple of 16", request(9, 64, 0, prompt, prompt, 6, 3, 1)),
                new Bad("width: expected a multiple of 16", request(9, 64, 16400, prompt, prompt, 6, 3, 1)),
                new Bad("steps: expected 1 to 1000", request(9, 64, 64, prompt, prompt, 0, 3, 1)),
                new Bad("guidance: expected 1 to 100", request(9, 64, 64, prompt, prompt, 6, 0.5, 1)),
                new Bad("guidance: expected 1 to 100", request(9, 64, 64, prompt, prompt, 6, Double.NaN, 1)),
                new Bad("negativePrompt: expected", request(9, 64, 64, prompt, null, 6, 3, 1)),
                new Bad("strength: expected 0 to 1", request(9, 64, 64, prompt, prompt, 6, 3, 1.5)),
                new Bad("source: expected latents", request(9, 64, 64, prompt, prompt, 6, 3, 0.5)),
                new Bad("frames: expected more than one latent frame for a loop", loop(1, null)),
                new Bad("known: expected nothing for a loop", loop(9, new Safetensors(Map.of("latents", small)))),
                new Bad("embeddings: expected F32 [1 or more, 128]", request(9, 64, 64, narrow, prompt, 6, 3, 1)),
                new Bad(
                        "noise: expected F32 [16, 3, 8, 8]",
                        new DenoisingRequest(9, 64, 64, prompt, prompt, null, null, 1, 6, 3, 1, small)),
                new Bad(
                        "known latents: expected shape [16, 3, 8, 8]",
                        new DenoisingRequest(
                                9,
                                64,
                                64,
                                prompt,
                                prompt,
                                new Safetensors(Map.of("latents", small, "mask", small)),
                                null,
                                1,
                                6,
                                3,
                                1,
                                null)));
    }

    record Bad(String reason, DenoisingRequest request) {
        @Override
        public String toString() {
            return reason;
        }
    }

    @ParameterizedTest
    @MethodSource("bad_requests")
    void a_request_that_does_not_fit_is_refused_by_field(Bad bad) {
        assertThatThrownBy(() -> run(bad.request()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(bad.reason());
    }

    @Test
    void a_checkpoint_of_another_request_is_refused() {
        // Given
        Safetensors other = new Safetensors(
                Map.of("latents", HostTensor.ofFloats(new float[C * F * H * W], C, F, H, W)),
                Map.of("step", "2", "steps", "20"));
        // When, Then
        assertThatThrownBy(() -> denoiser.denoise(request(), other, (s, n, c) -> true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("checkpoint: expected one of 6 steps");
    }

    @Test
    void references_are_kept_to_and_not_among_what_is_made() {
        // Given
        HostTensor pictures = HostTensor.ofFloats(random(C * 2 * H * W, 8), C, 2, H, W);
        List<Safetensors> checkpoints = new ArrayList<>();
        // When
        HostTensor made = denoiser.denoise(referring(pictures), null, (step, steps, checkpoint) -> {
            checkpoints.add(checkpoint.get());
            return true;
        });
        // Then
        assertThat(made.shape()).containsExactly(C, F, H, W);
        assertThat(made).isNotEqualTo(run(request()));
        assertThat(run(referring(pictures))).isEqualTo(made);
        assertThat(denoiser.denoise(referring(pictures), checkpoints.get(2), (step, steps, c) -> true))
                .isEqualTo(made);
    }

    @Test
    void references_of_another_size_are_refused() {
        // Given
        HostTensor wide = HostTensor.ofFloats(new float[C * H * 2 * W], C, 1, H, 2 * W);
        // When, Then
        assertThatThrownBy(() -> run(referring(wide)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("references: expected F32 [16, 1, 8, 8]");
    }

    private static DenoisingRequest referring(HostTensor references) {
        DenoisingRequest r = request();
        return new DenoisingRequest(
                r.frames(),
                r.height(),
                r.width(),
                r.prompt(),
                r.negativePrompt(),
                null,
                null,
                1,
                r.steps(),
                r.guidance(),
                r.seed(),
                null,
                false,
                references);
    }

    private static HostTensor run(DenoisingRequest request) {
        return denoiser.denoise(request, null, (step, steps, checkpoint) -> true);
    }

    private static DenoisingRequest request() {
        return with(null, null, 1);
    }

    private static DenoisingRequest with(@Nullable Safetensors known, @Nullable HostTensor source, double strength) {
        HostTensor prompt = HostTensor.ofFloats(random(5 * 128, 1), 5, 128);
        HostTensor negative = HostTensor.ofFloats(random(128, 2), 1, 128);
        return new DenoisingRequest(9, 64, 64, prompt, negative, known, source, strength, 6, 3, 42, null);
    }

    private static DenoisingRequest loop(int frames, @Nullable Safetensors known) {
        HostTensor prompt = HostTensor.ofFloats(random(5 * 128, 1), 5, 128);
        HostTensor negative = HostTensor.ofFloats(random(128, 2), 1, 128);
        return new DenoisingRequest(frames, 64, 64, prompt, negative, known, null, 1, 6, 3, 42, null, true, null);
    }

    private static DenoisingRequest request(
            int frames,
            int height,
            int width,
            HostTensor prompt,
            @Nullable HostTensor negative,
            int steps,
            double guidance,
            double strength) {
        return new DenoisingRequest(
                frames, height, width, prompt, negative, null, null, strength, steps, guidance, 42, null);
    }

    private static float[] random(int n, long seed) {
        Random random = new Random(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) values[i] = (float) random.nextGaussian();
        return values;
    }
}
