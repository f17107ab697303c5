package dev.zoetrope.labels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.engine.Conditioning;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.DenoisingRequest;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelFamily;
import dev.zoetrope.engine.ModelLibrary;
import dev.zoetrope.modelcontract.ModelFamilyContract;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A family of another kind than the first holds to the same contract: pictures instead of videos, labels instead of text. */
class LabelsFamilyTest extends ModelFamilyContract {
    @TempDir
    static Path models;

    @BeforeAll
    static void checkpoint() throws IOException {
        Path folder = models.resolve("tiny-labels");
        Files.createDirectories(folder.resolve("scheduler"));
        Files.writeString(folder.resolve("model_index.json"), "{\"_class_name\": \"LabelsPipeline\"}");
        Files.writeString(
                folder.resolve("scheduler/scheduler_config.json"),
                "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"shift\": 3.0}");
        float[] table = {1, 0, 0, 0, 1, 0, 0, 0, 1};
        new Safetensors(Map.of("table", HostTensor.ofFloats(table, 3, 3))).write(folder.resolve("model.safetensors"));
    }

    @Override
    protected ModelFamily family() {
        return new LabelsFamily();
    }

    @Override
    protected Path model() {
        return models.resolve("tiny-labels");
    }

    @Test
    void the_library_finds_it_by_its_line_in_the_service_file() {
        assertThat(ModelLibrary.open(models).model("tiny-labels").card().classes())
                .isNotNull();
    }

    @Test
    void a_label_says_what_is_made() {
        try (Denoiser denoiser = family().denoiser(model(), new EngineSettings("cpu", 1, null))) {
            assertThat(made(denoiser, 0)).isEqualTo(made(denoiser, 0)).isNotEqualTo(made(denoiser, 2));
        }
    }

    private static HostTensor made(Denoiser denoiser, int label) {
        List<Conditioning> conditioning = List.of(new Conditioning.ClassLabel(label));
        return denoiser.denoise(
                new DenoisingRequest(1, 16, 16, null, null, conditioning, new SamplingSettings(4, 1), 1, null),
                null,
                (step, steps, c) -> true);
    }
}
