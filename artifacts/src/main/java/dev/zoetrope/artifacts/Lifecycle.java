package dev.zoetrope.artifacts;

import io.minio.DeleteBucketLifecycleArgs;
import io.minio.GetBucketLifecycleArgs;
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
import java.util.stream.Stream;

/** Retention as the store's own rules. Only those whose ids begin with {@code zoetrope-} are ours; all others stay as they are. */
final class Lifecycle {
    private static final String OURS = "zoetrope-";

    private Lifecycle() {}

    /** Sets our rules beside others'; false when the store has none to set. */
    static boolean set(MinioAsyncClient client, String bucket, Retention retention) {
        try {
            List<Rule> present = rules(client, bucket);
            List<Rule> wanted = Stream.concat(
                            present.stream().filter(rule -> !isOurs(rule)),
                            retention.ages().entrySet().stream().map(Lifecycle::rule))
                    .toList();
            if (!wanted.toString().equals(present.toString())) write(client, bucket, wanted);
            return true;
        } catch (StoreRefused e) {
            if (isAnswer(e, "NotImplemented")) return false;
            throw e;
        }
    }

    private static List<Rule> rules(MinioAsyncClient client, String bucket) {
        try {
            LifecycleConfiguration present = Failures.await(
                    bucket,
                    client.getBucketLifecycle(
                            GetBucketLifecycleArgs.builder().bucket(bucket).build()));
            return present == null || present.rules() == null ? List.of() : present.rules();
        } catch (ArtifactException e) {
            if (isAnswer(e, "NoSuchLifecycleConfiguration")) return List.of();
            throw e;
        }
    }

    private static void write(MinioAsyncClient client, String bucket, List<Rule> rules) {
        if (rules.isEmpty()) {
            Failures.await(
                    bucket,
                    client.deleteBucketLifecycle(
                            DeleteBucketLifecycleArgs.builder().bucket(bucket).build()));
            return;
        }
        Failures.await(
                bucket,
                client.setBucketLifecycle(SetBucketLifecycleArgs.builder()
                        .bucket(bucket)
                        .config(new LifecycleConfiguration(rules))
                        .build()));
    }

    private static boolean isOurs(Rule rule) {
        return rule.id() != null && rule.id().startsWith(OURS);
    }

    private static boolean isAnswer(ArtifactException e, String code) {
        return e.getCause() instanceof ErrorResponseException answer
                && answer.errorResponse().code().equals(code);
    }

    private static Rule rule(Map.Entry<String, Duration> age) {
        return new Rule(
                Status.ENABLED,
                new AbortIncompleteMultipartUpload(1),
                new Expiration((ZonedDateTime) null, days(age.getKey(), age.getValue()), null, null),
                new Filter(age.getKey()),
                OURS + age.getKey().replaceAll("[^A-Za-z0-9]", "-"),
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
