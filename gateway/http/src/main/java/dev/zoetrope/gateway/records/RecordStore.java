package dev.zoetrope.gateway.records;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.zoetrope.artifacts.ArtifactMissing;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.artifacts.StoreUnavailable;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.problems.ApiProblem;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Small records kept in the object store, a folder an owner: whatever gateway wrote one, every gateway finds it.
 *
 * @param <T> a record that Jackson writes and reads
 */
public final class RecordStore<T> {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final String RECORD = ".json";

    private final Artifacts artifacts;
    private final String folder;
    private final Class<T> type;

    /** @param folder {@code files}, say */
    public RecordStore(Artifacts artifacts, String folder, Class<T> type) {
        this.artifacts = artifacts;
        this.folder = folder;
        this.type = type;
    }

    /** Where a record's own objects go. */
    public String place(Owner owner, String id) {
        return place(owner) + id;
    }

    /** Keeps it, in the place of one with that id. */
    public void put(Owner owner, String id, T record) {
        try {
            byte[] json = MAPPER.writeValueAsBytes(record);
            reaching(() -> artifacts.putBytes(place(owner, id) + RECORD, json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not writable: " + id, e);
        }
    }

    /** The owner's record of the id. */
    public Optional<T> find(Owner owner, String id) {
        return JobId.isValid(id) ? reaching(() -> read(place(owner, id) + RECORD)) : Optional.empty();
    }

    /** The owner's records, oldest first: the ids are in the order of time. */
    public List<T> all(Owner owner) {
        return reaching(() -> artifacts.keys(place(owner)).stream()
                .filter(key -> key.endsWith(RECORD))
                .sorted()
                .map(this::read)
                .flatMap(Optional::stream)
                .toList());
    }

    /** Forgets it and all objects whose keys begin with its place. */
    public void delete(Owner owner, String id) {
        reaching(() -> {
            artifacts.keys(place(owner, id)).forEach(artifacts::delete);
            return id;
        });
    }

    private Optional<T> read(String key) {
        return artifacts.find(key).flatMap(ref -> {
            try (InputStream in = artifacts.open(ref)) {
                return Optional.of(MAPPER.readValue(in, type));
            } catch (ArtifactMissing e) {
                return Optional.empty();
            } catch (IOException e) {
                throw new IllegalStateException("not readable: " + key, e);
            }
        });
    }

    private String place(Owner owner) {
        return folder + "/" + (owner.digest() == null ? "anybody" : owner.digest()) + "/";
    }

    private static <R> R reaching(Supplier<R> call) {
        try {
            return call.get();
        } catch (StoreUnavailable e) {
            throw ApiProblem.unavailable("The object store is away. Try again.");
        }
    }
}
