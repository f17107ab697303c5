package dev.zoetrope.artifacts;

import io.minio.AbortMultipartUploadArgs;
import io.minio.MinioAsyncClient;
import io.minio.Result;
import io.minio.messages.Item;
import io.minio.messages.ListMultipartUploadsResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Deletes what is past its retention, where the store has no lifecycle rules. Somebody has to call {@link #sweep} now and then. */
public final class RetentionSweeper {
    private static final Duration LONGEST_UPLOAD = Duration.ofDays(1);

    private final BucketArtifacts artifacts;
    private final MinioAsyncClient client;
    private final Retention retention;

    RetentionSweeper(BucketArtifacts artifacts, MinioAsyncClient client, Retention retention) {
        this.artifacts = artifacts;
        this.client = client;
        this.retention = retention;
    }

    /**
     * Deletes what was written longer than its retention ago, and uploads that nobody completed within a day.
     *
     * @return how many objects were deleted
     */
    public int sweep(Instant now) {
        List<String> old = new ArrayList<>();
        retention.ages().forEach((prefix, age) -> {
            for (Result<Item> result : artifacts.list(prefix)) {
                Item item = BucketArtifacts.get(prefix, result);
                if (item.lastModified().toInstant().isBefore(now.minus(age))) old.add(item.objectName());
            }
        });
        if (!old.isEmpty()) artifacts.delete(old);
        abortUploads(now.minus(LONGEST_UPLOAD));
        return old.size();
    }

    private void abortUploads(Instant before) {
        String bucket = artifacts.settings().bucket();
        for (ListMultipartUploadsResult.Upload upload : artifacts.uploads()) {
            if (upload.initiated().toInstant().isAfter(before)) continue;
            Failures.await(
                    upload.objectName(),
                    client.abortMultipartUpload(AbortMultipartUploadArgs.builder()
                            .bucket(bucket)
                            .object(upload.objectName())
                            .uploadId(upload.uploadId())
                            .build()));
        }
    }
}
