package dev.zoetrope.gateway.media;

import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.artifacts.StoreUnavailable;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.request.Upload;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.gateway.records.RecordStore;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;

/** StoredFiles that clients keep here, to refer to in later requests. */
@Singleton
final class StoredFiles {
    static final String PREFIX = "file";

    private final Artifacts artifacts;
    private final RecordStore<StoredFile> records;

    StoredFiles(Artifacts artifacts) {
        this.artifacts = artifacts;
        this.records = new RecordStore<>(artifacts, "files", StoredFile.class);
    }

    StoredFile keep(Owner owner, String id, Upload upload, String purpose) {
        try {
            ArtifactRef content = artifacts.putFile(records.place(owner, id) + ".bin", upload.file());
            StoredFile file =
                    new StoredFile(id, upload.name(), purpose, Instant.now().getEpochSecond(), content);
            records.put(owner, id, file);
            return file;
        } catch (StoreUnavailable e) {
            throw ApiProblem.unavailable("The object store is away. Try again.");
        }
    }

    /** @throws ApiProblem 404 that names the parameter */
    StoredFile require(Owner owner, String id, String param) {
        return records.find(owner, id)
                .orElseThrow(() -> ApiProblem.notFound(
                        param, "There is no file '%s'.".formatted(id.length() > 64 ? id.substring(0, 64) + "…" : id)));
    }

    List<StoredFile> all(Owner owner) {
        return records.all(owner);
    }

    void delete(Owner owner, String id) {
        records.delete(owner, require(owner, id, "id").id());
    }
}
