package dev.zoetrope.contracts;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Random records of any type: each component drawn by its type, and drawn again where the record refuses what was drawn. */
final class RandomRecords {
    private static final int TRIES = 10_000;

    private final Random random;

    RandomRecords(Random random) {
        this.random = random;
    }

    <T> T next(Class<T> type) {
        for (int i = 0; i < TRIES; i++) {
            try {
                return type.cast(tryNext(type));
            } catch (InvocationTargetException e) {
                if (!(e.getCause() instanceof IllegalArgumentException)) {
                    throw new IllegalStateException(type + " threw what it does not document", e.getCause());
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new IllegalStateException("no valid %s in %d tries".formatted(type.getSimpleName(), TRIES));
    }

    private Object tryNext(Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        @Nullable Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            boolean absent = !RequiredComponents.isRequired(components[i]) && random.nextBoolean();
            values[i] = absent ? null : value(components[i].getName(), components[i].getGenericType());
        }
        if (type == JobSpec.class) {
            values[11] = segments();
            values[12] = List.of(new Part.Made(random.nextInt(4)), next(Part.Given.class));
        }
        if (type == ModelCard.class) {
            int multiple = 1 + random.nextInt(32);
            for (int i = 2; i < 6; i++) values[i] = multiple * (i == 3 ? 8 : 1 + (i == 2 ? 0 : random.nextInt(8)));
        }
        var constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
    }

    private List<SegmentSpec> segments() {
        List<SegmentSpec> segments = new ArrayList<>();
        // Every order must find its segment, and orders are drawn with segments from 0 to 3.
        int count = 4;
        for (int i = 0; i < count; i++) {
            SegmentSpec drawn = next(SegmentSpec.class);
            segments.add(new SegmentSpec(
                    i,
                    count - 1 - i,
                    drawn.prompt(),
                    drawn.seed(),
                    drawn.frames(),
                    drawn.start(),
                    drawn.end(),
                    drawn.source(),
                    drawn.decoded(),
                    drawn.shown()));
        }
        return segments;
    }

    private Object value(String name, Type type) {
        if (type instanceof ParameterizedType generic) {
            return collection(generic);
        }
        Class<?> raw = (Class<?>) type;
        if (raw == String.class) {
            return text(name);
        } else if (raw == int.class || raw == Integer.class) {
            return name.equals("segment") ? random.nextInt(4) : random.nextInt(200);
        } else if (raw == long.class || raw == Long.class) {
            return random.nextLong();
        } else if (raw == double.class || raw == Double.class) {
            return random.nextDouble() * 2;
        } else if (raw == boolean.class || raw == Boolean.class) {
            return random.nextBoolean();
        } else if (raw == Instant.class) {
            return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
        } else if (raw.isEnum()) {
            return raw.getEnumConstants()[random.nextInt(raw.getEnumConstants().length)];
        }
        if (raw.isSealed()) {
            Class<?>[] records = raw.getPermittedSubclasses();
            return next(records[random.nextInt(records.length)]);
        }
        return next(raw.asSubclass(Record.class));
    }

    private Object collection(ParameterizedType type) {
        Type[] of = type.getActualTypeArguments();
        int count = random.nextInt(3);
        if (type.getRawType() == Map.class) {
            Map<Object, Object> map = new HashMap<>();
            for (int i = 0; i < count; i++) {
                map.put(value("", of[0]), value("", of[1]));
            }
            return map;
        }
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(value("", of[0]));
        }
        Set<Object> set = new HashSet<>(list);
        return type.getRawType() == Set.class ? set : list;
    }

    private String text(String name) {
        if (name.equals("job")) {
            return JobId.video();
        }
        if (name.equals("sha256")) {
            return "%016x".formatted(random.nextLong()).repeat(4);
        }
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
            int point = random.nextInt(10) == 0 ? random.nextInt(0x20) : random.nextInt(0x1F600 + 80);
            text.appendCodePoint(Character.getType(point) == Character.SURROGATE ? 'x' : point);
        }
        return text.toString();
    }
}
