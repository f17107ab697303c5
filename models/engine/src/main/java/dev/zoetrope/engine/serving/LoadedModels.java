package dev.zoetrope.engine.serving;

import dev.zoetrope.engine.ModelException;
import dev.zoetrope.engine.ModelLibrary;
import dev.zoetrope.engine.ModelLibrary.Model;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One part of each model that is in memory, loaded when it is first asked for; the one unused for longest makes room. Safe for
 * use by several threads, but the parts themselves take one caller at a time.
 *
 * @param <T> the part: a text encoder, a denoiser or an autoencoder
 */
public final class LoadedModels<T extends AutoCloseable> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LoadedModels.class);

    private final ModelLibrary library;
    private final int most;
    private final Function<Model, T> load;
    private final Map<String, T> parts = new LinkedHashMap<>(16, 0.75f, true);

    /** @param most how many may be in memory, at least 1 */
    public LoadedModels(ModelLibrary library, int most, Function<Model, T> load) {
        if (most < 1) throw new IllegalArgumentException("loaded: expected at least 1, but " + most + " came");
        this.library = library;
        this.most = most;
        this.load = load;
    }

    /**
     * The part of this model, loaded if it is not in memory. Valid until another is asked for.
     *
     * @throws ModelException when there is no such model or it cannot be loaded
     */
    public synchronized T get(String name) {
        T part = parts.get(name);
        if (part != null) return part;
        Model model = library.model(name);
        makeRoom();
        long began = System.nanoTime();
        T loaded = load.apply(model);
        parts.put(name, loaded);
        log.atInfo()
                .addKeyValue("model", name)
                .addKeyValue("seconds", (System.nanoTime() - began) / 1e9)
                .log("model loaded");
        return loaded;
    }

    /** Loads these. */
    public void preload(List<String> names) {
        names.forEach(this::get);
    }

    /** The library that they come from. */
    public ModelLibrary library() {
        return library;
    }

    private void makeRoom() {
        Iterator<Map.Entry<String, T>> oldest = parts.entrySet().iterator();
        while (parts.size() >= most && oldest.hasNext()) {
            Map.Entry<String, T> entry = oldest.next();
            oldest.remove();
            close(entry.getKey(), entry.getValue());
        }
    }

    private static void close(String name, AutoCloseable part) {
        try {
            part.close();
            log.atInfo().addKeyValue("model", name).log("model closed");
        } catch (Exception e) {
            log.atWarn().addKeyValue("model", name).setCause(e).log("model could not be closed");
        }
    }

    @Override
    public synchronized void close() {
        Map<String, T> all = new LinkedHashMap<>(parts);
        parts.clear();
        new ArrayList<>(all.entrySet()).forEach(entry -> close(entry.getKey(), entry.getValue()));
    }
}
