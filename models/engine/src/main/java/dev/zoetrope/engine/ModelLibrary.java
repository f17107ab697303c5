package dev.zoetrope.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The models of a folder: each subfolder with a {@code model_index.json} that some {@link ModelFamily} reads, under its folder's name.
 *
 * <p>Opening it reads no weights. Immutable; safe for use by several threads.
 */
public final class ModelLibrary {
    private final Path folder;
    private final SortedMap<String, Model> models;

    private ModelLibrary(Path folder, SortedMap<String, Model> models) {
        this.folder = folder;
        this.models = Collections.unmodifiableSortedMap(models);
    }

    /** A checkpoint's folder, and the family that reads it. */
    public record Model(String name, Path folder, ModelFamily family) {
        /** @throws ModelException when a config is missing, lacks a field or says what the family does not know */
        public ModelCard card() {
            return family.card(folder);
        }

        /**
         * What tells these weights from all others without reading them: the name, and a digest of the files' paths, sizes and
         * times. Weights that were exchanged have another version; the same weights copied elsewhere may have one too.
         */
        public String version() {
            try (Stream<Path> files = Files.walk(folder)) {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    String line = folder.relativize(file) + " " + Files.size(file) + " "
                            + Files.getLastModifiedTime(file).toMillis() + "\n";
                    digest.update(line.getBytes(StandardCharsets.UTF_8));
                }
                return name + "@" + HexFormat.of().formatHex(digest.digest(), 0, 8);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot list " + folder + ": " + e.getMessage(), e);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }

    /**
     * Looks for the models in a folder, with the families on the class path.
     *
     * @throws ModelException when there is no such folder, or a subfolder's {@code model_index.json} is one that no family reads
     */
    public static ModelLibrary open(Path folder) {
        return open(folder, families());
    }

    /** Looks for the models in a folder, with these families only. */
    public static ModelLibrary open(Path folder, Collection<? extends ModelFamily> families) {
        if (!Files.isDirectory(folder)) {
            throw new ModelException("expected a folder of models, but there is none at " + folder.toAbsolutePath());
        }
        SortedMap<String, Model> models = new TreeMap<>();
        try (Stream<Path> children = Files.list(folder)) {
            children.filter(child -> Files.isRegularFile(child.resolve("model_index.json")))
                    .forEach(child -> models.put(child.getFileName().toString(), model(child, families)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder + ": " + e.getMessage(), e);
        }
        return new ModelLibrary(folder, models);
    }

    private static Model model(Path folder, Collection<? extends ModelFamily> families) {
        List<? extends ModelFamily> readers =
                families.stream().filter(family -> family.reads(folder)).toList();
        if (readers.size() != 1) {
            throw new ModelException(
                    folder.resolve("model_index.json") + ": expected exactly one family that reads it, but of "
                            + families.stream().map(ModelFamily::name).toList() + " these do: "
                            + readers.stream().map(ModelFamily::name).toList());
        }
        return new Model(folder.getFileName().toString(), folder, readers.get(0));
    }

    /**
     * One model, by its folder, with the families on the class path.
     *
     * @throws ModelException when there is no such folder, or no family reads it
     */
    public static Model at(Path folder) {
        if (!Files.isRegularFile(folder.resolve("model_index.json"))) {
            throw new ModelException("expected a model's folder with a model_index.json, but there is none at "
                    + folder.toAbsolutePath());
        }
        return model(folder.toAbsolutePath().normalize(), families());
    }

    private static List<ModelFamily> families() {
        return ServiceLoader.load(ModelFamily.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /** All models, by name. */
    public Collection<Model> models() {
        return models.values();
    }

    public boolean has(String name) {
        return models.containsKey(name);
    }

    /** @throws ModelException when there is no such model; the message names those there are */
    public Model model(String name) {
        Model model = models.get(name);
        if (model == null) {
            throw new ModelException(
                    "expected one of the models " + models.keySet() + " of " + folder + ", but \"" + name + "\" came");
        }
        return model;
    }
}
