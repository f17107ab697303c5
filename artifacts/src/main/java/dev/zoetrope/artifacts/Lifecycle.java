package dev.zoetrope.artifacts;

import io.minio.MinioAsyncClient;
import io.minio.SetBucketLifecycleArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.messages.Filter;
import io.minio.messages.LifecycleConfiguration;
import io.minio.messages.LifecycleConfiguration.AbortIncompleteMultipartUpload;
import io.minio.messages.LifecycleConfiguration.Expiration;
import io.minio.messages.LifecycleConfiguration.Rule;
import io.minio.messages.Status;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;

/** Retention as the store's own rules. */
final class Lifecycle {
    private Lifecycle() {}

    /** Sets the rules; false when the store has none to set. */
    static boolean set(MinioAsyncClient client, String bucket, Retention retention) {
        if (retention.ages().isEmpty()) return true;
        List<Rule> rules =
                retention.ages().entrySet().stream().map(Lifecycle::rule).toList();
        try {
            Failures.await(
                    bucket,
                    client.setBucketLifecycle(SetBucketLifecycleArgs.builder()
                            .bucket(bucket)
                            .config(new LifecycleConfiguration(rules))
                            .build()));
            return true;
        } catch (StoreRefused e) {
            if (e.getCause() instanceof ErrorResponseException answer
                    && answer.errorResponse().code().equals("NotImplemented")) {
                return false;
            }
            throw e;
        }
    }

    private static Rule rule(Map.Entry<String, Duration> age) {
        return new Rule(
                Status.ENABLED,
                new AbortIncompleteMultipartUpload(1),
                new Expiration((ZonedDateTime) null, days(age.getKey(), age.getValue()), null, null),
                new Filter(age.getKey()),
                "zoetrope-" + age.getKey().replaceAll("[^A-Za-z0-9]", "-"),
                null,
                null,
                null);
    }

    private static int days(String prefix, Duration age) {
        if (!age.equals(Duration.ofDays(age.toDays()))) {
            throw new IllegalArgumentException(
                    "expected whole days as the retention of " + prefix + ", but " + age + " came");
        }
        return Math.toIntExact(age.toDays());
    }
}
