package dev.zoetrope.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.contracts.ModelCard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLibraryTest {
    @TempDir
    Path folder;

    @Test
    void every_subfolder_with_an_index_is_a_model_under_its_own_name() throws Exception {
        // Given
        index("wan-1.3b", "WanPipeline");
        index("toybox", "WanPipeline");
        Files.createDirectory(folder.resolve("engine"));
        // When
        ModelLibrary library = ModelLibrary.open(folder, List.of(new IndexOnlyFamily("WanPipeline")));
        // Then
        assertThat(library.models()).extracting(ModelLibrary.Model::name).containsExactly("toybox", "wan-1.3b");
        assertThat(library.model("toybox").folder()).isEqualTo(folder.resolve("toybox"));
    }

    @Test
    void an_unknown_name_is_refused_with_those_there_are() throws Exception {
        // Given
        index("toybox", "WanPipeline");
        ModelLibrary library = ModelLibrary.open(folder, List.of(new IndexOnlyFamily("WanPipeline")));
        // When, Then
        assertThatThrownBy(() -> library.model("sora-2"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("[toybox]")
                .hasMessageContaining("sora-2");
    }

    @Test
    void a_checkpoint_that_no_family_reads_is_refused_by_its_file() throws Exception {
        // Given
        index("flux", "FluxPipeline");
        // When, Then
        assertThatThrownBy(() -> ModelLibrary.open(folder, List.of(new IndexOnlyFamily("WanPipeline"))))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("flux")
                .hasMessageContaining("model_index.json");
    }

    @Test
    void a_folder_that_is_not_there_is_refused_by_its_path() {
        // When, Then
        assertThatThrownBy(() -> ModelLibrary.open(folder.resolve("nowhere"), List.of()))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void a_copy_of_a_model_has_the_same_version_and_an_exchanged_one_another() throws Exception {
        // Given
        index("toybox", "WanPipeline");
        Path weights = folder.resolve("toybox/model.safetensors");
        byte[] content = new byte[1 << 20];
        new Random(1).nextBytes(content);
        Files.write(weights, content);
        String version = version();
        // When
        Files.setLastModifiedTime(weights, FileTime.fromMillis(1));
        String copied = version();
        new Random(2).nextBytes(content);
        Files.write(weights, content);
        // Then
        assertThat(copied).isEqualTo(version);
        assertThat(version()).isNotEqualTo(version).startsWith("toybox@");
    }

    private String version() {
        return ModelLibrary.open(folder, List.of(new IndexOnlyFamily("WanPipeline")))
                .model("toybox")
                .version();
    }

    private void index(String name, String pipeline) throws Exception {
        Path model = Files.createDirectory(folder.resolve(name));
        Files.writeString(model.resolve("model_index.json"), "{\"_class_name\": \"" + pipeline + "\"}");
    }

    /** Tells its folders by their index and has no networks. */
    private record IndexOnlyFamily(String pipeline) implements ModelFamily {
        @Override
        public String name() {
            return pipeline;
        }

        @Override
        public boolean reads(Path folder) {
            try {
                return Files.readString(folder.resolve("model_index.json")).contains(pipeline);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public ModelCard card(Path folder) {
            throw new UnsupportedOperationException();
        }

        @Override
        public TextEncoder textEncoder(Path folder, EngineSettings settings) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Denoiser denoiser(Path folder, EngineSettings settings) {
            throw new UnsupportedOperationException();
        }

        @Override
        public VideoAutoencoder autoencoder(Path folder, EngineSettings settings) {
            throw new UnsupportedOperationException();
        }
    }
}
