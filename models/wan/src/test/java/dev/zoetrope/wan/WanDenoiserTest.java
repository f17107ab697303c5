package dev.zoetrope.wan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.engine.Conditioning;
import dev.zoetrope.engine.Conditioning.ClassLabel;
import dev.zoetrope.engine.Conditioning.ConcatChannels;
import dev.zoetrope.engine.Conditioning.Continuation;
import dev.zoetrope.engine.Conditioning.Known;
import dev.zoetrope.engine.Conditioning.Loop;
import dev.zoetrope.engine.Conditioning.References;
import dev.zoetrope.engine.Conditioning.Source;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.Denoiser.DenoisingStopped;
import dev.zoetrope.engine.DenoisingRequest;
import dev.zoetrope.engine.Embeddings;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.InvalidRequest;
import dev.zoetrope.engine.LatentFrames;
import dev.zoetrope.engine.StaleCheckpoint;
import dev.zoetrope.engine.UnfitTensor;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WanDenoiserTest {
    private static final int C = 16;
    private static final int F = 3;
    private static final int H = 8;
    private static final int W = 8;
    private static final Embeddings PROMPT = Embeddings.ofTokens(HostTensor.ofFloats(random(5 * 128, 1), 5, 128));
    private static final Embeddings NEGATIVE = Embeddings.ofTokens(HostTensor.ofFloats(random(128, 2), 1, 128));
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
        HostTensor unbroken = denoiser.denoise(with(13, new Loop()), null, (step, steps, checkpoint) -> {
            checkpoints.add(checkpoint.get());
            return true;
        });
        assertThat(unbroken.shape()).containsExactly(C, 3, H, W);
        for (Safetensors checkpoint : checkpoints) {
            // When
            HostTensor resumed = denoiser.denoise(with(13, new Loop()), checkpoint, (step, steps, c) -> true);
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
        Known known = new Known(HostTensor.ofFloats(given, C, F, H, W), HostTensor.ofFloats(mask, F, 1, 1));
        // When
        float[] made = run(with(known)).floats();
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
        Known known = new Known(HostTensor.ofFloats(given, C, F, H, W), HostTensor.ofFloats(mask, F, H, W));
        // When
        float[] made = run(with(known)).floats();
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
        assertThat(run(with(new Source(source, 0)))).isEqualTo(source);
        assertThat(run(with(new Source(source, 1))).floats())
                .containsExactly(run(request()).floats());
    }

    static List<Bad> bad_requests() {
        HostTensor narrow = HostTensor.ofFloats(random(5 * 64, 1), 5, 64);
        HostTensor small = HostTensor.ofFloats(random(C * F, 1), C, F, 1, 1);
        HostTensor fitting = HostTensor.ofFloats(random(C * F * H * W, 1), C, F, H, W);
        HostTensor mask = HostTensor.ofFloats(new float[] {1, 2, 0}, F, 1, 1);
        HostTensor wide = HostTensor.ofFloats(new float[C * H * 2 * W], C, 1, H, 2 * W);
        Embeddings prompt = PROMPT;
        return List.of(
                client("frames: expected 4k+1", request(8, 64, 64, prompt, 6, 3)),
                client("frames: expected 4k+1", request(0, 64, 64, prompt, 6, 3)),
                client("height: expected a multiple of 16", request(9, 72, 64, prompt, 6, 3)),
                client("width: expected a multiple of 16", request(9, 64, 0, prompt, 6, 3)),
                client("width: expected a multiple of 16", request(9, 64, 16400, prompt, 6, 3)),
                client(
                        "negativePrompt: expected",
                        new DenoisingRequest(9, 64, 64, prompt, null, List.of(), new SamplingSettings(6, 3), 1, null)),
                client(
                        "prompt: expected a text",
                        new DenoisingRequest(9, 64, 64, null, null, List.of(), new SamplingSettings(6, 3), 1, null)),
                client("strength: expected 0 to 1", with(new Source(fitting, 1.5))),
                client("strength: expected 0 to 1", with(new Source(fitting, Double.NaN))),
                client("frames: expected more than one latent frame for a loop", with(1, new Loop())),
                client("conditioning: expected nothing beside a loop", with(new Loop(), new Source(fitting, 0.5))),
                client("conditioning: expected for this model only", with(new ClassLabel(3))),
                client("conditioning: expected for this model only", with(new ConcatChannels(fitting))),
                client("overlapFrames: expected 4k+1, fewer than 9", with(new Continuation(fitting, 9))),
                client("overlapFrames: expected 4k+1, fewer than 9", with(new Continuation(fitting, 0))),
                ours(
                        "embeddings: expected F32 [1 or more, 128]",
                        request(9, 64, 64, Embeddings.ofTokens(narrow), 6, 3)),
                ours(
                        "embeddings: expected a tensor embeddings",
                        request(9, 64, 64, new Embeddings(Map.of("pooled", narrow)), 6, 3)),
                ours("source: expected F32 [16, 3, 8, 8]", with(new Source(small, 0.5))),
                ours(
                        "noise: expected F32 [16, 3, 8, 8]",
                        new DenoisingRequest(
                                9, 64, 64, prompt, prompt, List.of(), new SamplingSettings(6, 3), 1, small)),
                ours("known latents: expected F32 [16, 3, 8, 8]", with(new Known(small, small))),
                ours("known mask: expected F32 [3, 1, 1] or [3, 8, 8]", with(new Known(fitting, small))),
                ours("known mask: expected values from 0 to 1, but 2.0 came", with(new Known(fitting, mask))),
                ours("previous: expected F32 [16, 3, 8, 8]", with(new Continuation(small, 5))),
                ours("references: expected F32 [16, 1, 8, 8]", with(new References(wide))));
    }

    private static Bad client(String reason, DenoisingRequest request) {
        return new Bad(reason, request, InvalidRequest.class);
    }

    private static Bad ours(String reason, DenoisingRequest request) {
        return new Bad(reason, request, UnfitTensor.class);
    }

    record Bad(String reason, DenoisingRequest request, Class<?> type) {
        @Override
        public String toString() {
            return reason;
        }
    }

    @ParameterizedTest
    @MethodSource("bad_requests")
    void a_request_that_does_not_fit_is_refused_by_field(Bad bad) {
        assertThatThrownBy(() -> run(bad.request())).isInstanceOf(bad.type()).hasMessageContaining(bad.reason());
    }

    @Test
    void a_checkpoint_of_another_request_is_stale() {
        // Given
        Safetensors ofMoreSteps = checkpoint(request(9, 64, 64, PROMPT, 7, 3));
        Safetensors ofAnotherSize = checkpoint(request(9, 64, 80, PROMPT, 6, 3));
        Safetensors ofAnEdit =
                checkpoint(with(new Source(HostTensor.ofFloats(random(C * F * H * W, 1), C, F, H, W), 0.5)));
        Safetensors without =
                new Safetensors(Map.of("latents", checkpoint(request()).get("latents")));
        for (Safetensors stale : List.of(ofMoreSteps, ofAnotherSize, ofAnEdit, without, new Safetensors(Map.of()))) {
            // When, Then
            assertThatThrownBy(() -> denoiser.denoise(request(), stale, (s, n, c) -> true))
                    .isInstanceOf(StaleCheckpoint.class)
                    .hasMessageStartingWith("checkpoint: expected");
        }
    }

    private static Safetensors checkpoint(DenoisingRequest request) {
        List<Safetensors> checkpoints = new ArrayList<>();
        denoiser.denoise(request, null, (step, steps, checkpoint) -> checkpoints.add(checkpoint.get()));
        return checkpoints.get(0);
    }

    @ParameterizedTest
    @CsvSource({
        "20, 1.0, 0",
        "20, 0.8, 4",
        "50, 0.7, 15",
        "10, 0.29, 8",
        "7, 0.5, 4",
        "20, 0.04, 20",
        "20, 0.0, 20",
        "1, 0.99, 1"
    })
    void strength_leaves_out_the_first_steps_as_the_reference_counts_them(int steps, double strength, int first) {
        assertThat(WanDenoiser.firstStep(steps, strength)).isEqualTo(first);
    }

    @Test
    void a_window_that_goes_on_starts_with_what_the_one_before_ended_with() {
        // Given
        HostTensor previous = HostTensor.ofFloats(random(C * 5 * H * W, 9), C, 5, H, W);
        HostTensor end = HostTensor.ofFloats(random(C * F * H * W, 10), C, F, H, W);
        Known closing = new Known(end, HostTensor.ofFloats(new float[] {0, 0, 1}, F, 1, 1));
        // When
        HostTensor made = run(with(new Continuation(previous, 5), closing));
        // Then
        assertThat(LatentFrames.slice(made, 0, 2)).isEqualTo(LatentFrames.slice(previous, 3, 5));
        assertThat(LatentFrames.slice(made, 2, 3)).isEqualTo(LatentFrames.slice(end, 2, 3));
    }

    @Test
    void references_are_kept_to_and_not_among_what_is_made() {
        // Given
        HostTensor pictures = HostTensor.ofFloats(random(C * 2 * H * W, 8), C, 2, H, W);
        List<Safetensors> checkpoints = new ArrayList<>();
        // When
        HostTensor made = denoiser.denoise(with(new References(pictures)), null, (step, steps, checkpoint) -> {
            checkpoints.add(checkpoint.get());
            return true;
        });
        // Then
        assertThat(made.shape()).containsExactly(C, F, H, W);
        assertThat(made).isNotEqualTo(run(request()));
        assertThat(run(with(new References(pictures)))).isEqualTo(made);
        assertThat(denoiser.denoise(with(new References(pictures)), checkpoints.get(2), (step, steps, c) -> true))
                .isEqualTo(made);
    }

    private static HostTensor run(DenoisingRequest request) {
        return denoiser.denoise(request, null, (step, steps, checkpoint) -> true);
    }

    private static DenoisingRequest request() {
        return with();
    }

    private static DenoisingRequest with(Conditioning... conditioning) {
        return with(9, conditioning);
    }

    private static DenoisingRequest with(int frames, Conditioning... conditioning) {
        return new DenoisingRequest(
                frames, 64, 64, PROMPT, NEGATIVE, List.of(conditioning), new SamplingSettings(6, 3), 42, null);
    }

    private static DenoisingRequest request(
            int frames, int height, int width, Embeddings prompt, int steps, double guidance) {
        return new DenoisingRequest(
                frames, height, width, prompt, prompt, List.of(), new SamplingSettings(steps, guidance), 42, null);
    }

    private static float[] random(int n, long seed) {
        Random random = new Random(seed);
        float[] values = new float[n];
        for (int i = 0; i < n; i++) values[i] = (float) random.nextGaussian();
        return values;
    }
}
