package dev.zoetrope.artifacts;

import io.minio.errors.ErrorResponseException;
import io.minio.errors.InvalidResponseException;
import io.minio.errors.MinioException;
import io.minio.errors.ServerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What the store's client throws, told apart by what helps. */
final class Failures {
    /** The store says that what arrived is not what was sent: the wire's fault, not the caller's. */
    private static final Set<String> DAMAGED_ON_THE_WAY =
            Set.of("BadDigest", "IncompleteBody", "InvalidDigest", "XAmzContentChecksumMismatch", "RequestTimeout");

    private Failures() {}

    /** Waits for an answer about a key. */
    static <T> T await(String key, CompletableFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new StoreUnavailable(key, "interrupted while waiting for the store about " + key, e);
        } catch (ExecutionException e) {
            throw of(key, e);
        }
    }

    static ArtifactException of(String key, Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof ArtifactException known) return known;
        if (cause instanceof Content.SourceBroken e) {
            throw new UncheckedIOException("cannot read what becomes " + key + ": " + e.getMessage(), e);
        }
        if (cause instanceof ErrorResponseException e) return answered(key, e);
        if (cause instanceof ServerException e) return byStatus(key, e.statusCode(), e);
        if (cause instanceof InvalidResponseException e) {
            return new StoreUnavailable(key, "the store's answer about " + key + " is not S3's: " + e.getMessage(), e);
        }
        if (cause instanceof IOException || cause instanceof MinioException) {
            return new StoreUnavailable(key, "the store broke off about " + key + ": " + cause, cause);
        }
        if (cause instanceof RuntimeException e) throw e;
        throw new IllegalStateException("the store failed about " + key, cause);
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof ExecutionException
                        || cause instanceof CompletionException
                        || cause.getClass() == MinioException.class)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static ArtifactException answered(String key, ErrorResponseException e) {
        String code = e.errorResponse().code();
        if (code.equals("NoSuchKey") || code.equals("NoSuchUpload")) {
            return new ArtifactMissing(key, "no object has the key " + key, e);
        }
        if (DAMAGED_ON_THE_WAY.contains(code)) {
            return new StoreUnavailable(key, key + " arrived damaged at the store: " + code, e);
        }
        return byStatus(key, e.response().code(), e);
    }

    private static ArtifactException byStatus(String key, int status, MinioException e) {
        boolean patience = status == 408 || status == 429 || (status >= 500 && status != 501);
        return patience
                ? new StoreUnavailable(key, "the store answers " + status + " about " + key + ": " + e.getMessage(), e)
                : new StoreRefused(key, "the store refuses " + key + " with " + status + ": " + e.getMessage(), e);
    }
}
