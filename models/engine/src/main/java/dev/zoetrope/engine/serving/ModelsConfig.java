package dev.zoetrope.engine.serving;

import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelLibrary;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Where models lie and how they run: {@code zoetrope.models.*}. */
@ConfigMapping(prefix = "zoetrope.models")
public interface ModelsConfig {
    /** The folder whose subfolders are models. */
    @WithDefault("models")
    String folder();

    /** {@code auto} (CUDA when there is one), {@code cpu}, {@code cuda} or {@code cuda:<index>}. */
    @WithDefault("auto")
    String device();

    /** Threads of one operation on the CPU; 0 for one a core. */
    @WithDefault("0")
    int threads();

    /** {@code F32} or {@code BF16} of the large matrices; without it what the checkpoint holds on CUDA, and F32 on the CPU. */
    Optional<String> dtype();

    /** Models to load before the first order; without it the only one there is, or none of several. */
    Optional<List<String>> preload();

    /** How many models are in memory at most; the one unused for longest makes room. */
    @WithDefault("1")
    int loaded();

    /** These as the engine takes them. */
    default EngineSettings settings() {
        return new EngineSettings(device(), threads(), dtype().orElse(null));
    }

    /** The models of the folder. */
    default ModelLibrary library() {
        return ModelLibrary.open(Path.of(folder()));
    }

    /** The names to load before the first order. */
    default List<String> preloaded(ModelLibrary library) {
        return preload().orElseGet(() -> {
            Collection<ModelLibrary.Model> all = library.models();
            return all.size() == 1 ? all.stream().map(ModelLibrary.Model::name).toList() : List.of();
        });
    }
}
