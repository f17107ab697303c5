package dev.zoetrope.tensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a safetensors file says about itself: each tensor's type, shape and place, and free text metadata.
 *
 * <p>Format: eight bytes with the header's length N (little-endian), N bytes of JSON, then the tensors' bytes without holes. A
 * header that lies (past the end, overlapping, of another size than its shape) is refused with a {@link SafetensorsException}.
 *
 * @param dataStart where the tensors' bytes begin in the file: 8 + N
 */
public record SafetensorsHeader(long dataStart, Map<String, Entry> entries, Map<String, String> metadata) {
    /** The format's own limit of the header's length. */
    public static final int MAX_LENGTH = 100_000_000;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .enable(com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    public SafetensorsHeader {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        metadata = Map.copyOf(metadata);
    }

    /** A tensor's type, shape, and its bytes' first and last-plus-one place, counted from the header's end. */
    public record Entry(DType dtype, List<Long> shape, long begin, long end) {
        public Entry {
            shape = List.copyOf(shape);
        }

        public long[] dimensions() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }
    }

    /**
     * Reads the length that the first eight bytes declare.
     *
     * @param start at least eight bytes of the file's start
     * @param fileSize the whole file's size in bytes
     */
    public static int length(String source, ByteBuffer start, long fileSize) {
        if (start.remaining() < 8) {
            throw new SafetensorsException(source, "expected at least 8 bytes, but " + start.remaining() + " came");
        }
        long length = start.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > MAX_LENGTH) {
            throw new SafetensorsException(
                    source,
                    "expected a header of 2 to " + MAX_LENGTH + " bytes, but it says " + Long.toUnsignedString(length));
        }
        if (8 + length > fileSize) {
            throw new SafetensorsException(
                    source,
                    "truncated: the header ends at byte " + (8 + length) + ", but the file has " + fileSize + " bytes");
        }
        return (int) length;
    }

    /**
     * Parses and checks a header.
     *
     * @param source the name for error messages
     * @param json the header's bytes, without the eight of its length
     * @param dataSize how many bytes follow the header
     */
    public static SafetensorsHeader parse(String source, byte[] json, long dataSize) {
        JsonNode root;
        try (JsonParser parser = JSON.createParser(json)) {
            root = JSON.readTree(parser);
        } catch (IOException e) {
            throw new SafetensorsException(source, "the header is not JSON: " + e.getMessage());
        }
        if (!(root instanceof ObjectNode fields)) {
            throw new SafetensorsException(source, "expected a JSON object as header");
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            if (field.getKey().equals("__metadata__")) {
                field.getValue()
                        .properties()
                        .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
            } else {
                entries.put(field.getKey(), entry(source, field.getKey(), field.getValue()));
            }
        }
        checkPlaces(source, entries, dataSize);
        return new SafetensorsHeader(8L + json.length, entries, metadata);
    }

    private static Entry entry(String source, String key, JsonNode value) {
        JsonNode offsets = value.path("data_offsets");
        JsonNode sizes = value.path("shape");
        if (!sizes.isArray() || !offsets.isArray() || offsets.size() != 2) {
            throw new SafetensorsException(
                    source, key + ": expected dtype, shape and two data_offsets, but " + value + " came");
        }
        DType dtype;
        try {
            dtype = DType.valueOf(value.path("dtype").asText());
        } catch (IllegalArgumentException e) {
            throw new SafetensorsException(source, key + ": unknown dtype " + value.path("dtype"));
        }
        List<Long> shape = new ArrayList<>();
        for (JsonNode size : sizes) shape.add(number(source, key, size));
        long begin = number(source, key, offsets.get(0));
        long end = number(source, key, offsets.get(1));
        long bytes;
        try {
            bytes = Math.multiplyExact(
                    HostTensor.elements(
                            shape.stream().mapToLong(Long::longValue).toArray()),
                    dtype.bytes());
        } catch (ArithmeticException e) {
            throw new SafetensorsException(source, key + ": shape " + shape + " is too large");
        }
        if (end - begin != bytes) {
            throw new SafetensorsException(
                    source,
                    key + ": " + dtype + " " + shape + " needs " + bytes + " bytes, but data_offsets [" + begin + ", "
                            + end + "] hold " + (end - begin));
        }
        return new Entry(dtype, shape, begin, end);
    }

    private static long number(String source, String key, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw new SafetensorsException(
                    source, key + ": expected a whole number of at least 0, but " + value + " came");
        }
        return value.longValue();
    }

    private static void checkPlaces(String source, Map<String, Entry> entries, long dataSize) {
        List<Map.Entry<String, Entry>> byPlace = new ArrayList<>(entries.entrySet());
        byPlace.sort(Comparator.comparingLong(
                        (Map.Entry<String, Entry> e) -> e.getValue().begin())
                .thenComparingLong(e -> e.getValue().end()));
        long place = 0;
        for (Map.Entry<String, Entry> e : byPlace) {
            if (e.getValue().begin() != place) {
                throw new SafetensorsException(
                        source,
                        e.getKey() + ": expected its data at " + place + ", but it says "
                                + e.getValue().begin() + " (a hole or an overlap)");
            }
            place = e.getValue().end();
        }
        if (place != dataSize) {
            throw new SafetensorsException(
                    source,
                    (place > dataSize ? "truncated: " : "") + "the header describes " + place + " bytes of data, but "
                            + dataSize + " follow it");
        }
    }

    /**
     * The header of a file that holds these tensors one after another, in this order.
     *
     * @return the first bytes of the file, the length's eight among them; padded so that the data begins at a multiple of eight
     */
    static byte[] write(Collection<Map.Entry<String, HostTensor>> tensors, Map<String, String> metadata)
            throws IOException {
        ObjectNode root = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode texts = root.putObject("__metadata__");
            new java.util.TreeMap<>(metadata).forEach(texts::put);
        }
        long place = 0;
        for (Map.Entry<String, HostTensor> tensor : tensors) {
            ObjectNode node = root.putObject(tensor.getKey());
            node.put("dtype", tensor.getValue().dtype().name());
            for (long size : tensor.getValue().shape()) node.withArray("shape").add(size);
            if (tensor.getValue().rank() == 0) node.putArray("shape");
            node.putArray("data_offsets")
                    .add(place)
                    .add(place += tensor.getValue().byteCount());
        }
        byte[] json = JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        ByteArrayOutputStream out = new ByteArrayOutputStream(8 + padded);
        out.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded)
                .array());
        out.write(json);
        for (int i = json.length; i < padded; i++) out.write(' ');
        return out.toByteArray();
    }
}
