package dev.zoetrope.engine;

import dev.zoetrope.contracts.ModelCard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
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
    /** Bytes of a block that is read to tell a file from others. */
    private static final int SAMPLE = 4096;

    private static final int SAMPLES = 32;

    private final Path folder;
    private final SortedMap<String, Model> models;

    private ModelLibrary(Path folder, SortedMap<String, Model> models) {
        this.folder = folder;
        this.models = Collections.unmodifiableSortedMap(models);
    }

    /** A checkpoint's folder, and the family that reads it. */
    public record Model(String name, Path folder, ModelFamily family) {
        /** @throws InvalidModel when a config is missing, lacks a field or says what the family does not know, or the card is unsound */
        public ModelCard card() {
            try {
                return family.card(folder);
            } catch (IllegalArgumentException e) {
                throw new InvalidModel(folder + ": " + e.getMessage(), e);
            }
        }

        /**
         * What tells these weights from all others: the name, and a digest of the files' paths, sizes and samples of their content.
         * Copies of the same weights have the same version, wherever they lie; weights that were exchanged have another.
         */
        public String version() {
            try (Stream<Path> files = Files.walk(folder)) {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    digest.update(
                            (folder.relativize(file) + " " + Files.size(file) + "\n").getBytes(StandardCharsets.UTF_8));
                    sample(file, digest);
                }
                return name + "@" + HexFormat.of().formatHex(digest.digest(), 0, 8);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + folder + ": " + e.getMessage(), e);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        /** All of a small file, and blocks of a large one from its start to its end: networks are trained as a whole. */
        private static void sample(Path file, MessageDigest digest) throws IOException {
            try (FileChannel channel = FileChannel.open(file)) {
                long stride = Math.max(SAMPLE, (channel.size() - SAMPLE) / SAMPLES);
                ByteBuffer block = ByteBuffer.allocate(SAMPLE);
                for (long place = 0; place < channel.size(); place += stride) {
                    block.clear();
                    while (block.hasRemaining() && channel.read(block, place + block.position()) >= 0) {}
                    digest.update(block.flip());
                }
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
            throw new InvalidModel("expected a folder of models, but there is none at " + folder.toAbsolutePath());
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

    /** A library of one model. */
    public static ModelLibrary of(Model model) {
        return new ModelLibrary(model.folder(), new TreeMap<>(Map.of(model.name(), model)));
    }

    private static Model model(Path folder, Collection<? extends ModelFamily> families) {
        List<? extends ModelFamily> readers =
                families.stream().filter(family -> family.reads(folder)).toList();
        if (readers.size() != 1) {
            throw new InvalidModel(
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
            throw new InvalidModel("expected a model's folder with a model_index.json, but there is none at "
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

    /** @throws NoSuchModel whose message names those there are */
    public Model model(String name) {
        Model model = models.get(name);
        if (model == null) {
            throw new NoSuchModel(
                    "expected one of the models " + models.keySet() + " of " + folder + ", but \"" + name + "\" came");
        }
        return model;
    }
}
