package dev.zoetrope.gateway.videos;

import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.artifacts.StoreUnavailable;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.request.CharacterReference;
import dev.zoetrope.contracts.request.CreateCharacter;
import dev.zoetrope.contracts.request.CreateVideo;
import dev.zoetrope.contracts.request.Upload;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.media.InputMedia;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.gateway.records.RecordStore;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Characters: a name and a video that shows who it is, kept to be named in later requests. */
@Singleton
final class Characters {
    static final String PREFIX = "char";

    /** A character is read at the size of each job that names it. */
    private static final VideoFormat ANY_FORMAT = VideoFormat.of(64, 64, 16);

    private final Artifacts artifacts;
    private final InputMedia media;
    private final RecordStore<Character> records;

    /** A character; {@code video} is what was uploaded. */
    record Character(String id, String name, long createdAt, ArtifactRef video) {}

    Characters(Artifacts artifacts, InputMedia media) {
        this.artifacts = artifacts;
        this.media = media;
        this.records = new RecordStore<>(artifacts, "characters", Character.class);
    }

    /** Keeps the character that a form brings, under the id. */
    Character keep(String id, CreateCharacter request, Owner owner) {
        Upload upload = request.video();
        media.frames(upload, "video", ANY_FORMAT);
        try {
            ArtifactRef video = artifacts.putFile(records.place(owner, id) + ".video", upload.file());
            Character character =
                    new Character(id, request.name(), Instant.now().getEpochSecond(), video);
            records.put(owner, id, character);
            return character;
        } catch (StoreUnavailable e) {
            throw ApiProblem.unavailable("The object store is away. Try again.");
        }
    }

    /** @throws ApiProblem 404 that names the parameter */
    Character require(Owner owner, String id, String param) {
        return records.find(owner, id)
                .orElseThrow(() -> ApiProblem.notFound(param, "There is no character '%s'.".formatted(id)));
    }

    /** The characters that a request names. */
    List<ArtifactRef> of(CreateVideo request, Owner owner) {
        List<CharacterReference> named = Objects.requireNonNullElse(request.characters(), List.of());
        return IntStream.range(0, named.size())
                .mapToObj(i -> require(owner, named.get(i).id(), "characters[%d].id".formatted(i))
                        .video())
                .toList();
    }
}
