package dev.zoetrope.wan.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One folder: what went into the reference and what came out. Remembers what of it was used, so that nothing lies there untested. */
final class GoldenCase {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final JsonNode description;
    private final Safetensors in;
    private final Safetensors out;
    private final Set<String> used = new HashSet<>();
    private final Set<Path> usedFiles = new HashSet<>();

    private GoldenCase(Path folder, JsonNode description, Safetensors in, Safetensors out) {
        this.folder = folder;
        this.description = description;
        this.in = in;
        this.out = out;
    }

    static GoldenCase open(Path folder) {
        try {
            JsonNode description = JSON.readTree(Files.readAllBytes(folder.resolve("case.json")));
            Safetensors in = Safetensors.read(folder.resolve("in.safetensors"));
            Safetensors out = Safetensors.read(folder.resolve("out.safetensors"));
            GoldenCase golden = new GoldenCase(folder, description, in, out);
            for (String file : List.of("case.json", "in.safetensors", "out.safetensors"))
                golden.use(folder.resolve(file));
            return golden;
        } catch (IOException e) {
            throw new UncheckedIOException("expected case.json, in.safetensors and out.safetensors in " + folder, e);
        }
    }

    String name() {
        return folder.getFileName().toString();
    }

    Path folder() {
        return folder;
    }

    Path model() {
        return folder.resolve("model");
    }

    JsonNode description() {
        return description;
    }

    boolean hasIn(String name) {
        return in.tensors().containsKey(name);
    }

    boolean hasOut(String name) {
        return out.tensors().containsKey(name);
    }

    HostTensor in(String name) {
        used.add("in " + name);
        return in.get(name);
    }

    HostTensor out(String name) {
        used.add("out " + name);
        return out.get(name);
    }

    /** Whether the model's config has this text in this field. */
    boolean isModelOf(String field, String value) {
        Path config = model().resolve("config.json");
        try {
            return Files.exists(config)
                    && JSON.readTree(Files.readAllBytes(config))
                            .path(field)
                            .asText()
                            .equals(value);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + config, e);
        }
    }

    void use(Path file) {
        usedFiles.add(file);
    }

    /** Counts a checkpoint's files as used: its config, and the weights that are read from it. */
    void useModel(String... configs) {
        for (String config : configs) use(model().resolve(config));
        for (Path file : files()) {
            if (file.startsWith(model()) && file.toString().matches(".*\\.safetensors(\\.index\\.json)?")) use(file);
        }
    }

    /** Counts all files of a folder as used, for a whole model that is loaded by its own index. */
    void useAll(Path folder) {
        for (Path file : files()) if (file.startsWith(folder)) use(file);
    }

    /** The files and tensors that nothing has used. */
    Set<String> unused() {
        Set<String> unused = new TreeSet<>();
        in.tensors().keySet().forEach(name -> unused.add("in " + name));
        out.tensors().keySet().forEach(name -> unused.add("out " + name));
        unused.removeAll(used);
        for (Path file : files()) {
            if (!usedFiles.contains(file)) unused.add(folder.relativize(file).toString());
        }
        return unused;
    }

    private List<Path> files() {
        try (Stream<Path> walk = Files.walk(folder)) {
            return new ArrayList<>(walk.filter(Files::isRegularFile).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
