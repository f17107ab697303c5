package dev.zoetrope.gateway.videos;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.artifacts.StoreUnavailable;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.StreamPart;
import dev.zoetrope.gateway.access.StreamTokens;
import dev.zoetrope.gateway.jobs.JobState;
import dev.zoetrope.gateway.jobs.JobView;
import dev.zoetrope.gateway.problems.ApiProblem;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What of a video can be played already: the parts that workers have left in the store, from its start to the first that is missing. */
@Singleton
final class Streams {
    private static final int KNOWN_PARTS = 10_000;

    private final Artifacts artifacts;
    private final StreamTokens tokens;
    // A part never changes once it is there.
    private final Map<String, StreamPart> known = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, StreamPart> eldest) {
            return size() > KNOWN_PARTS;
        }
    });

    Streams(Artifacts artifacts, StreamTokens tokens) {
        this.artifacts = artifacts;
        this.tokens = tokens;
    }

    /** Where a player begins; null as long as there is nothing to play. */
    @Nullable
    String url(JobView view) {
        if (!view.isPlayable()) {
            return null;
        }
        String path = "/v1/videos/" + view.id() + "/stream.m3u8";
        return tokens.issue(view.id(), view.acceptance().request().owner(), Instant.now())
                .map(token -> path + "?token=" + token)
                .orElse(path);
    }

    /**
     * The parts from the start that are there, at least one. Asks the store.
     *
     * @throws ApiProblem 404 when there is none yet, or there will be none, or a part of a completed video is no longer kept
     */
    List<StreamPart> parts(JobView view) {
        if (view.spec().makesImage()) {
            throw ApiProblem.notFound("id", "'%s' is an image: it has no stream.".formatted(view.id()));
        }
        int count = view.spec().parts().size();
        List<StreamPart> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Optional<StreamPart> part = part(view, i);
            if (part.isEmpty()) {
                break;
            }
            parts.add(part.get());
        }
        if (view.state() == JobState.COMPLETED && parts.size() < count) {
            throw ApiProblem.notFound("id", "The stream of the video '%s' is no longer kept.".formatted(view.id()));
        }
        if (parts.isEmpty()) {
            throw Unready.of(
                    view,
                    "stream_not_ready",
                    "Nothing of it can be played yet: its stream_url is there when its first part is.",
                    "It failed before a part of it could be shown.");
        }
        return parts;
    }

    /** One part; empty while it is not there. Asks the store. */
    Optional<StreamPart> part(JobView view, int part) {
        String key = ArtifactKeys.streamPart(view.id(), part);
        StreamPart found = known.get(key);
        if (found != null) {
            return Optional.of(found);
        }
        try {
            Optional<StreamPart> read = artifacts.find(key).map(this::read);
            read.ifPresent(value -> known.put(key, value));
            return read;
        } catch (StoreUnavailable e) {
            throw ApiProblem.unavailable("The object store is away. Try again.");
        }
    }

    private StreamPart read(ArtifactRef ref) {
        try (InputStream in = artifacts.open(ref)) {
            return StreamPart.of(in.readAllBytes());
        } catch (IOException e) {
            throw ApiProblem.unavailable("The object store broke off. Try again.");
        }
    }
}
