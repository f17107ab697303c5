package dev.zoetrope.engine;

import ai.djl.pytorch.jni.IValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import dev.zoetrope.tensors.SafetensorsException;
import dev.zoetrope.tensors.SafetensorsHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The weights of one network, as its folder's safetensors files hold them: one file, or shards with an {@code *.index.json}.
 *
 * <p>Opening reads headers only. Loading maps the files; a tensor whose type is kept is never copied on the CPU, so its memory
 * belongs to the page cache and is shared by processes.
 */
public final class Weights {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Map<String, Place> places;

    private Weights(Path folder, Map<String, Place> places) {
        this.folder = folder;
        this.places = Collections.unmodifiableMap(places);
    }

    private record Place(Path file, long fileSize, DType dtype, long[] shape, long offset) {}

    /**
     * Opens the weights of a folder.
     *
     * @param stem the files' name without its ending: {@code diffusion_pytorch_model} (diffusers) or {@code model} (transformers)
     * @throws ModelException when a file is missing, damaged, or the index does not fit the shards
     */
    public static Weights open(Path folder, String stem) {
        Map<String, Place> places = new LinkedHashMap<>();
        Path single = folder.resolve(stem + ".safetensors");
        Path index = folder.resolve(stem + ".safetensors.index.json");
        if (Files.exists(single)) {
            read(single, places);
        } else if (Files.exists(index)) {
            readShards(index, places);
        } else {
            throw new InvalidModel(folder + ": expected " + single.getFileName() + " or " + index.getFileName()
                    + ", but there is neither");
        }
        return new Weights(folder, places);
    }

    private static void readShards(Path index, Map<String, Place> places) {
        JsonNode map;
        try {
            map = JSON.readTree(index.toFile()).path("weight_map");
        } catch (IOException e) {
            throw new InvalidModel(index + ": not readable as JSON: " + e.getMessage(), e);
        }
        if (!map.isObject() || map.isEmpty()) {
            throw new InvalidModel(index + ": weight_map: expected an object of key and file, but " + map + " came");
        }
        Map<String, String> fileOf = new LinkedHashMap<>();
        map.properties().forEach(e -> fileOf.put(e.getKey(), e.getValue().asText()));
        for (String file : new TreeSet<>(fileOf.values())) {
            Path shard = index.resolveSibling(file);
            if (file.contains("/") || !Files.isRegularFile(shard)) {
                throw new InvalidModel(index + ": names " + file + ", but there is no such file beside it");
            }
            read(shard, places);
        }
        fileOf.forEach((key, file) -> {
            Place place = places.get(key);
            if (place == null || !place.file().getFileName().toString().equals(file)) {
                throw new InvalidModel(index + ": " + key + ": expected in " + file + ", but it is "
                        + (place == null ? "in no file" : "in " + place.file().getFileName()));
            }
        });
        if (!fileOf.keySet().containsAll(places.keySet())) {
            TreeSet<String> surplus = new TreeSet<>(places.keySet());
            surplus.removeAll(fileOf.keySet());
            throw new InvalidModel(index + ": the shards hold weights that it does not name: " + some(surplus));
        }
    }

    private static void read(Path file, Map<String, Place> places) {
        try {
            SafetensorsHeader header = Safetensors.header(file);
            long size = Files.size(file);
            header.entries().forEach((key, entry) -> {
                Place place =
                        new Place(file, size, entry.dtype(), entry.dimensions(), header.dataStart() + entry.begin());
                Place other = places.put(key, place);
                if (other != null) {
                    throw new InvalidModel(
                            file + ": " + key + ": already in " + other.file().getFileName());
                }
            });
        } catch (SafetensorsException e) {
            throw new InvalidModel(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new InvalidModel(file + ": " + e.getMessage(), e);
        }
    }

    public boolean has(String key) {
        return places.containsKey(key);
    }

    /** The shape of a weight that is there. */
    public long[] shape(String key) {
        return place(key).shape().clone();
    }

    public DType dtype(String key) {
        return place(key).dtype();
    }

    private Place place(String key) {
        Place place = places.get(key);
        if (place == null) throw new InvalidModel(folder + ": " + key + ": expected this weight, but it is missing");
        return place;
    }

    /**
     * Checks that the weights are those of a network.
     *
     * @param expected each key's shape
     * @param ignored keys that may be there without a use
     * @throws ModelException for missing, surplus or misshapen weights, by file and key
     */
    public void expect(Map<String, long[]> expected, Predicate<String> ignored) {
        TreeSet<String> missing = new TreeSet<>(expected.keySet());
        missing.removeAll(places.keySet());
        if (!missing.isEmpty()) throw new InvalidModel(folder + ": missing weights: " + some(missing));
        TreeSet<String> surplus = new TreeSet<>(places.keySet());
        surplus.removeAll(expected.keySet());
        surplus.removeIf(ignored);
        if (!surplus.isEmpty()) {
            throw new InvalidModel(folder + ": weights that its config has no place for: " + some(surplus));
        }
        expected.forEach((key, shape) -> {
            Place place = place(key);
            if (!Arrays.equals(place.shape(), shape)) {
                throw new InvalidModel(place.file() + ": " + key + ": expected shape " + Arrays.toString(shape)
                        + ", but it has " + Arrays.toString(place.shape()));
            }
            if (!place.dtype().isFloat()) {
                throw new InvalidModel(
                        place.file() + ": " + key + ": expected floating point numbers, but it has " + place.dtype());
            }
        });
    }

    private static String some(TreeSet<String> keys) {
        String first = String.join(", ", keys.stream().limit(5).toList());
        return keys.size() > 5 ? first + " and " + (keys.size() - 5) + " more" : first;
    }

    /**
     * Maps the weights and gives them to a program as {@code Dict[str, Tensor]}.
     *
     * @param dtype the type that each weight is wanted in; one that it has already stays mapped (on the CPU)
     */
    public IValue load(Torch torch, TensorScope scope, Predicate<String> wanted, Function<String, DType> dtype) {
        try (TorchProgram loader =
                TorchProgram.load(torch, "weights", TorchProgram.source(Weights.class, "weights.py"))) {
            IValue weights = loader.run(scope, "empty");
            try (TensorScope files = torch.scope()) {
                Map<String, IValue> maps = new HashMap<>();
                for (Map.Entry<String, Place> e : places.entrySet()) {
                    if (!wanted.test(e.getKey())) continue;
                    Place place = e.getValue();
                    IValue name = files.of(e.getKey());
                    IValue shape = files.list(place.shape());
                    IValue type = files.of(Torch.code(dtype.apply(e.getKey())));
                    IValue device = files.of(torch.deviceName());
                    if (place.offset() % place.dtype().bytes() != 0 || HostTensor.elements(place.shape()) == 0) {
                        loader.run(files, "put", weights, name, files.tensor(widened(place)), type, device);
                    } else {
                        IValue map = maps.computeIfAbsent(
                                place.file() + " " + place.dtype(), f -> map(loader, files, place));
                        IValue offset = files.of(place.offset() / place.dtype().bytes());
                        loader.run(files, "slice", weights, name, map, offset, shape, type, device);
                    }
                }
            }
            return weights;
        }
    }

    private static IValue map(TorchProgram loader, TensorScope scope, Place place) {
        return loader.run(
                scope,
                "map",
                scope.of(place.file().toAbsolutePath().toString()),
                scope.of(Torch.code(place.dtype())),
                scope.of(place.fileSize() / place.dtype().bytes()));
    }

    /** A weight that does not lie at a multiple of its element's size cannot be mapped: it is copied, widened to F32. */
    private static HostTensor widened(Place place) {
        long bytes = HostTensor.elements(place.shape()) * place.dtype().bytes();
        ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(place.file())) {
            while (data.hasRemaining() && channel.read(data, place.offset() + data.position()) >= 0) {}
        } catch (IOException e) {
            throw new InvalidModel(place.file() + ": " + e.getMessage(), e);
        }
        return HostTensor.ofFloats(
                HostTensor.of(place.dtype(), data.flip(), place.shape()).floats(), place.shape());
    }
}
