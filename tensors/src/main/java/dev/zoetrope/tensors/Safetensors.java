package dev.zoetrope.tensors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named tensors and text metadata: the content of one safetensors file.
 *
 * <p>Written bytes depend on the content alone: wider element types first (so that each tensor is aligned), then by name.
 */
public record Safetensors(Map<String, HostTensor> tensors, Map<String, String> metadata) {
    public Safetensors {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Map.copyOf(metadata);
    }

    public Safetensors(Map<String, HostTensor> tensors) {
        this(tensors, Map.of());
    }

    /** The tensor of this name, or an error that names the ones there are. */
    public HostTensor get(String name) {
        HostTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "expected a tensor named " + name + ", but there are " + tensors.keySet());
        }
        return tensor;
    }

    /** Reads bytes; the tensors are views of them. */
    public static Safetensors parse(String source, ByteBuffer file) {
        int length = SafetensorsHeader.length(source, file, file.remaining());
        byte[] json = new byte[length];
        file.duplicate().position(file.position() + 8).get(json);
        ByteBuffer data = file.duplicate();
        data.position(file.position() + 8 + length);
        SafetensorsHeader header = SafetensorsHeader.parse(source, json, data.remaining());
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        header.entries()
                .forEach((name, entry) -> tensors.put(
                        name,
                        HostTensor.of(
                                entry.dtype(),
                                data.slice(data.position() + (int) entry.begin(), (int) (entry.end() - entry.begin())),
                                entry.dimensions())));
        return new Safetensors(tensors, header.metadata());
    }

    /** Reads a file of less than 2 GiB into memory. Larger files are mapped by the models' engine, tensor by tensor. */
    public static Safetensors read(Path file) {
        try {
            return parse(file.toString(), ByteBuffer.wrap(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Reads only a file's header, checked against the file's size. */
    public static SafetensorsHeader header(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer start = ByteBuffer.allocate(8);
            while (start.hasRemaining() && channel.read(start) >= 0) {}
            int length = SafetensorsHeader.length(file.toString(), start.flip(), channel.size());
            ByteBuffer json = ByteBuffer.allocate(length);
            while (json.hasRemaining() && channel.read(json) >= 0) {}
            return SafetensorsHeader.parse(file.toString(), json.array(), channel.size() - 8 - length);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    public void write(OutputStream out) throws IOException {
        List<Map.Entry<String, HostTensor>> ordered = new ArrayList<>(tensors.entrySet());
        ordered.sort(Comparator.comparingInt((Map.Entry<String, HostTensor> e) ->
                        -e.getValue().dtype().bytes())
                .thenComparing(Map.Entry::getKey));
        out.write(SafetensorsHeader.write(ordered, metadata));
        WritableByteChannel channel = Channels.newChannel(out);
        for (Map.Entry<String, HostTensor> tensor : ordered) {
            ByteBuffer data = tensor.getValue().data();
            while (data.hasRemaining()) channel.write(data);
        }
    }

    public void write(Path file) {
        try (OutputStream out = Files.newOutputStream(file)) {
            write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    public byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
