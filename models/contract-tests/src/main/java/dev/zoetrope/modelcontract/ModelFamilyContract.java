package dev.zoetrope.modelcontract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.engine.Conditioning;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.DenoisingRequest;
import dev.zoetrope.engine.Embeddings;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.InvalidRequest;
import dev.zoetrope.engine.ModelException;
import dev.zoetrope.engine.ModelFamily;
import dev.zoetrope.engine.ModelLibrary;
import dev.zoetrope.engine.StaleCheckpoint;
import dev.zoetrope.engine.TextEncoder;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.engine.UnfitTensor;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds a family to what services rely on, with a tiny checkpoint. Extend it, and say which family and which checkpoint. */
public abstract class ModelFamilyContract {
    private static final EngineSettings SETTINGS = new EngineSettings("cpu", 1, null);
    private static final int STEPS = 4;
    private static final SamplingSettings SAMPLING = new SamplingSettings(STEPS, 1);
    private static final int FAILED_LOADS = 50;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temporary;

    private int inUse;

    protected abstract ModelFamily family();

    /** A checkpoint that runs in milliseconds. */
    protected abstract Path model();

    @BeforeEach
    final void count() {
        inUse = Torch.inUse();
    }

    @AfterEach
    final void nothing_holds_native_memory() {
        assertThat(Torch.inUse()).isEqualTo(inUse);
    }

    @Test
    void a_service_file_names_the_family() {
        assertThat(ServiceLoader.load(ModelFamily.class))
                .extracting(ModelFamily::name)
                .contains(family().name());
        assertThat(ModelLibrary.at(model()).family().name()).isEqualTo(family().name());
    }

    @Test
    void other_checkpoints_are_left_to_other_families() throws IOException {
        Files.writeString(temporary.resolve("model_index.json"), "{\"_class_name\": \"NobodysPipeline\"}");
        assertThat(family().reads(model())).isTrue();
        assertThat(family().reads(temporary)).isFalse();
    }

    @Test
    void the_card_says_whose_it_is() {
        assertThat(card().name())
                .isEqualTo(String.valueOf(model().toAbsolutePath().normalize().getFileName()));
        assertThat(card().family()).isEqualTo(family().name());
    }

    @Test
    void frames_become_latents_and_latents_frames_of_the_size_asked_for() {
        try (VideoAutoencoder autoencoder = family().autoencoder(model(), SETTINGS)) {
            // Given
            HostTensor pixels = pixels(frames());
            // When
            HostTensor latents = autoencoder.encode(List.of(pixels).iterator(), Tiling.NONE);
            List<HostTensor> chunks = new ArrayList<>();
            autoencoder.decode(latents, Tiling.NONE, chunks::add);
            // Then
            assertThat(latents.dtype()).isEqualTo(DType.F32);
            assertThat(latents.size(1)).isEqualTo((frames() - 1) / card().temporalFactor() + 1);
            assertThat(chunks).allSatisfy(chunk -> {
                assertThat(chunk.dtype()).isEqualTo(DType.U8);
                assertThat(new long[] {chunk.size(1), chunk.size(2), chunk.size(3)})
                        .containsExactly(side(), side(), 3);
            });
            assertThat(chunks.stream().mapToLong(chunk -> chunk.size(0)).sum()).isEqualTo(frames());
            assertThat(autoencoder.temporalFactor()).isEqualTo(card().temporalFactor());
        }
    }

    @Test
    void what_is_made_is_decoded() {
        // Given
        HostTensor made = made(1);
        try (VideoAutoencoder autoencoder = family().autoencoder(model(), SETTINGS)) {
            long[] shape = autoencoder
                    .encode(List.of(pixels(frames())).iterator(), Tiling.NONE)
                    .shape();
            List<HostTensor> chunks = new ArrayList<>();
            // When
            autoencoder.decode(made, Tiling.NONE, chunks::add);
            // Then
            assertThat(made.shape()).containsExactly(shape);
            assertThat(chunks.stream().mapToLong(chunk -> chunk.size(0)).sum()).isEqualTo(frames());
        }
    }

    @Test
    void a_seed_makes_the_same_again_and_another_seed_another() {
        assertThat(made(1)).isEqualTo(made(1)).isNotEqualTo(made(2));
    }

    @Test
    void a_run_that_goes_on_from_any_checkpoint_is_bit_identical() {
        try (Denoiser denoiser = family().denoiser(model(), SETTINGS)) {
            // Given
            DenoisingRequest request = request(1);
            List<byte[]> checkpoints = new ArrayList<>();
            HostTensor unbroken = denoiser.denoise(
                    request,
                    null,
                    (step, steps, checkpoint) ->
                            checkpoints.add(checkpoint.get().toBytes()));
            assertThat(checkpoints).hasSize(STEPS);
            for (byte[] stored : checkpoints) {
                // When
                Safetensors checkpoint = Safetensors.parse("checkpoint", ByteBuffer.wrap(stored));
                HostTensor resumed = denoiser.denoise(request, checkpoint, (step, steps, c) -> true);
                // Then
                assertThat(resumed).isEqualTo(unbroken);
            }
        }
    }

    @Test
    void a_checkpoint_of_another_run_is_stale() {
        try (Denoiser denoiser = family().denoiser(model(), SETTINGS)) {
            // Given
            List<Safetensors> checkpoints = new ArrayList<>();
            denoiser.denoise(
                    with(request(1), STEPS + 1), null, (step, steps, checkpoint) -> checkpoints.add(checkpoint.get()));
            checkpoints.add(new Safetensors(Map.of()));
            for (Safetensors stale : checkpoints) {
                // When, Then
                assertThatThrownBy(() -> denoiser.denoise(request(1), stale, (step, steps, c) -> true))
                        .isInstanceOf(StaleCheckpoint.class);
            }
        }
    }

    @Test
    void a_run_stops_when_it_is_asked_to() {
        try (Denoiser denoiser = family().denoiser(model(), SETTINGS)) {
            assertThatThrownBy(() -> denoiser.denoise(request(1), null, (step, steps, checkpoint) -> step < 2))
                    .isInstanceOf(Denoiser.DenoisingStopped.class)
                    .hasMessageContaining("2 of " + STEPS);
        }
    }

    @Test
    void what_a_client_may_not_ask_for_is_refused_by_its_field() {
        try (Denoiser denoiser = family().denoiser(model(), SETTINGS)) {
            int most = card().maxSize() / card().sizeMultiple() * card().sizeMultiple();
            refused(denoiser, "height", sized(frames(), 0, side()));
            refused(denoiser, "width", sized(frames(), side(), side() + 1));
            refused(denoiser, "height", sized(frames(), most + card().sizeMultiple(), side()));
            refused(denoiser, "frames", sized(0, side(), side()));
            refused(denoiser, "frames", sized(-4, side(), side()));
            if (card().temporalFactor() > 1) refused(denoiser, "frames", sized(2, side(), side()));
            if (card().video() == null) refused(denoiser, "frames", sized(2, side(), side()));
        }
    }

    @Test
    void what_the_card_does_not_offer_is_refused() {
        HostTensor small = HostTensor.ofFloats(new float[1], 1, 1, 1, 1);
        try (Denoiser denoiser = family().denoiser(model(), SETTINGS)) {
            if (card().edit() == null) refused(denoiser, "", given(new Conditioning.Source(small, 0.5)));
            if (card().references() == null) refused(denoiser, "", given(new Conditioning.References(small)));
            if (card().continuation() == null) refused(denoiser, "", given(new Conditioning.Continuation(small, 1)));
            if (card().continuation() == null) refused(denoiser, "", given(new Conditioning.Loop()));
            if (card().classes() == null) refused(denoiser, "", given(new Conditioning.ClassLabel(0)));
        }
    }

    @Test
    void tensors_of_another_model_are_refused_and_are_nobody_s_request() {
        HostTensor small = HostTensor.ofFloats(new float[1], 1, 1, 1, 1);
        try (Denoiser denoiser = family().denoiser(model(), SETTINGS)) {
            DenoisingRequest r = request(1);
            unfit(
                    denoiser,
                    new DenoisingRequest(
                            r.frames(),
                            r.height(),
                            r.width(),
                            r.prompt(),
                            r.negativePrompt(),
                            r.conditioning(),
                            SAMPLING,
                            1,
                            small));
            if (card().text() != null) {
                Embeddings narrow = Embeddings.ofTokens(HostTensor.ofFloats(new float[3], 1, 3));
                unfit(
                        denoiser,
                        new DenoisingRequest(
                                r.frames(), r.height(), r.width(), narrow, null, r.conditioning(), SAMPLING, 1, null));
                unfit(
                        denoiser,
                        new DenoisingRequest(
                                r.frames(),
                                r.height(),
                                r.width(),
                                new Embeddings(Map.of()),
                                null,
                                r.conditioning(),
                                SAMPLING,
                                1,
                                null));
            }
            if (card().edit() != null) unfit(denoiser, given(new Conditioning.Source(small, 0.5)));
        }
        try (VideoAutoencoder autoencoder = family().autoencoder(model(), SETTINGS)) {
            assertThatThrownBy(() -> autoencoder.decode(HostTensor.ofFloats(new float[1], 1), Tiling.NONE, f -> {}))
                    .isInstanceOf(ModelException.class);
            HostTensor odd = HostTensor.ofBytes(new byte[3], 1, 1, 1, 3);
            assertThatThrownBy(() -> autoencoder.encode(List.of(odd).iterator(), Tiling.NONE))
                    .isInstanceOf(ModelException.class);
        }
    }

    @Test
    void a_prompt_of_any_length_is_encoded_or_refused() {
        if (card().text() == null) {
            assertThatThrownBy(() -> family().textEncoder(model(), SETTINGS)).isInstanceOf(ModelException.class);
            return;
        }
        try (TextEncoder encoder = family().textEncoder(model(), SETTINGS)) {
            for (String prompt : List.of("", "a red ball", "a red ball ".repeat(300), "\u0000🎈\uD800")) {
                assertThat(encoder.encode(prompt).tensors()).isNotEmpty();
            }
            assertThat(encoder.encode("a ball")).isEqualTo(encoder.encode("a ball"));
            assertThatThrownBy(() -> encoder.encode("a".repeat(TextEncoder.MAX_PROMPT + 1)))
                    .isInstanceOf(InvalidRequest.class)
                    .hasMessageContaining("prompt");
        }
    }

    @Test
    void a_damaged_file_is_refused_and_holds_no_memory_however_often_it_is_tried() throws IOException {
        for (Path file : weights()) {
            // Given
            Path copy = copy(file);
            try (RandomAccessFile cut =
                    new RandomAccessFile(copy.resolve(model().relativize(file)).toFile(), "rw")) {
                cut.setLength(cut.length() - 1);
            }
            int refused = 0;
            for (Supplier<AutoCloseable> loading : loadings(copy)) {
                // When
                Throwable error = catchThrowable(() -> loading.get().close());
                // Then
                if (error == null) continue;
                refused++;
                assertThat(error)
                        .isInstanceOf(ModelException.class)
                        .hasMessageContaining(file.getFileName().toString());
                for (int i = 1; i < FAILED_LOADS; i++)
                    assertThatThrownBy(loading::get).hasMessage(error.getMessage());
                assertThat(Torch.inUse()).isEqualTo(inUse);
            }
            assertThat(refused).isPositive();
        }
    }

    private List<Supplier<AutoCloseable>> loadings(Path folder) {
        List<Supplier<AutoCloseable>> parts = new ArrayList<>();
        if (card().text() != null) parts.add(() -> family().textEncoder(folder, SETTINGS));
        parts.add(() -> family().denoiser(folder, SETTINGS));
        parts.add(() -> family().autoencoder(folder, SETTINGS));
        return parts;
    }

    private List<Path> weights() throws IOException {
        try (Stream<Path> files = Files.walk(model())) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .filter(file -> !file.toString().contains("image_encoder"))
                    .toList();
        }
    }

    private Path copy(Path damaged) throws IOException {
        Path copy = temporary.resolve(String.valueOf(damaged.hashCode()));
        try (Stream<Path> files = Files.walk(model())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = copy.resolve(model().relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
        return copy;
    }

    private static void refused(Denoiser denoiser, String field, DenoisingRequest request) {
        assertThatThrownBy(() -> denoiser.denoise(request, null, (step, steps, checkpoint) -> true))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageStartingWith(field);
    }

    private static void unfit(Denoiser denoiser, DenoisingRequest request) {
        assertThatThrownBy(() -> denoiser.denoise(request, null, (step, steps, checkpoint) -> true))
                .isInstanceOf(UnfitTensor.class);
    }

    private HostTensor made(long seed) {
        try (Denoiser denoiser = family().denoiser(model(), SETTINGS)) {
            return denoiser.denoise(request(seed), null, (step, steps, checkpoint) -> true);
        }
    }

    private DenoisingRequest request(long seed) {
        return new DenoisingRequest(frames(), side(), side(), prompt(), null, conditioning(), SAMPLING, seed, null);
    }

    private DenoisingRequest sized(int frames, int height, int width) {
        return new DenoisingRequest(frames, height, width, prompt(), null, conditioning(), SAMPLING, 1, null);
    }

    private DenoisingRequest given(Conditioning more) {
        List<Conditioning> all = new ArrayList<>(conditioning());
        all.removeIf(c -> c.getClass() == more.getClass());
        all.add(more);
        return new DenoisingRequest(frames(), side(), side(), prompt(), null, all, SAMPLING, 1, null);
    }

    private static DenoisingRequest with(DenoisingRequest r, int steps) {
        return new DenoisingRequest(
                r.frames(),
                r.height(),
                r.width(),
                r.prompt(),
                r.prompt(),
                r.conditioning(),
                new SamplingSettings(steps, 1),
                r.seed(),
                null);
    }

    private @Nullable Embeddings prompt() {
        if (card().text() == null) return null;
        try (TextEncoder encoder = family().textEncoder(model(), SETTINGS)) {
            return encoder.encode("a red ball");
        }
    }

    /** What the model cannot do without. */
    private List<Conditioning> conditioning() {
        List<Conditioning> needed = new ArrayList<>();
        if (card().classes() != null) needed.add(new Conditioning.ClassLabel(1));
        ModelCard.GivenFrames given = card().givenFrames();
        if (given != null && given.required()) {
            try (VideoAutoencoder autoencoder = family().autoencoder(model(), SETTINGS)) {
                needed.addAll(autoencoder.known(pixels(1), null, frames()));
            }
        }
        return needed;
    }

    private ModelCard card() {
        return family().card(model());
    }

    private int frames() {
        return card().video() == null ? 1 : card().temporalFactor() + 1;
    }

    private int side() {
        return 2 * card().sizeMultiple();
    }

    private HostTensor pixels(int frames) {
        byte[] pixels = new byte[frames * side() * side() * 3];
        new Random(1).nextBytes(pixels);
        return HostTensor.ofBytes(pixels, frames, side(), side(), 3);
    }
}
