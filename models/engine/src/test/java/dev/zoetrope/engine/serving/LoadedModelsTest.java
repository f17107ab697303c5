package dev.zoetrope.engine.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelException;
import dev.zoetrope.engine.ModelFamily;
import dev.zoetrope.engine.ModelLibrary;
import dev.zoetrope.engine.TextEncoder;
import dev.zoetrope.engine.VideoAutoencoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadedModelsTest {
    @TempDir
    Path folder;

    private final List<String> events = new ArrayList<>();

    @BeforeEach
    void models() throws Exception {
        for (String name : List.of("a", "b", "c")) {
            Files.writeString(Files.createDirectory(folder.resolve(name)).resolve("model_index.json"), "{}");
        }
    }

    @Test
    void a_model_is_loaded_once_and_the_one_unused_for_longest_makes_room() {
        // Given
        LoadedModels<AutoCloseable> models = loaded(2);
        // When
        models.get("a");
        models.get("b");
        models.get("a");
        models.get("c");
        models.close();
        // Then
        assertThat(events).containsExactly("load a", "load b", "close b", "load c", "close a", "close c");
    }

    @Test
    void an_unknown_model_costs_none_that_is_loaded() {
        // Given
        LoadedModels<AutoCloseable> models = loaded(1);
        models.preload(List.of("a"));
        // When, Then
        assertThatThrownBy(() -> models.get("z"))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("z");
        assertThat(events).containsExactly("load a");
    }

    private LoadedModels<AutoCloseable> loaded(int most) {
        return new LoadedModels<>(ModelLibrary.open(folder, List.of(new Everything())), most, model -> {
            events.add("load " + model.name());
            return () -> events.add("close " + model.name());
        });
    }

    /** Reads every folder, and nothing of it. */
    private static final class Everything implements ModelFamily {
        @Override
        public String name() {
            return "everything";
        }

        @Override
        public boolean reads(Path folder) {
            return true;
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
