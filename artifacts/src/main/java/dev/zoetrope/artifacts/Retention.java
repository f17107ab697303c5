package dev.zoetrope.artifacts;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long artifacts are kept, by the prefix of their keys. What no prefix names is kept for good.
 *
 * @param ages counted from when an object was written; whole days where the store itself is to enforce them
 */
public record Retention(Map<String, Duration> ages) {
    public Retention {
        ages.forEach((prefix, age) -> {
            if (age.isNegative() || age.isZero()) {
                throw new IllegalArgumentException(
                        "expected a retention above 0 for " + prefix + ", but " + age + " came");
            }
        });
        ages = Collections.unmodifiableMap(new TreeMap<>(ages));
    }
}
