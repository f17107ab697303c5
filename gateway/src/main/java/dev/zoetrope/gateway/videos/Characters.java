package dev.zoetrope.gateway.videos;

import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.artifacts.StoreUnavailable;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.gateway.access.Owner;
import dev.zoetrope.gateway.fields.Fields;
import dev.zoetrope.gateway.fields.Upload;
import dev.zoetrope.gateway.media.GivenMedia;
import dev.zoetrope.gateway.media.Shelf;
import dev.zoetrope.gateway.problems.ApiProblem;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;

/** Characters: a name and a video that shows who it is, kept to be named in later requests. */
@Singleton
final class Characters {
    static final String PREFIX = "char";

    private static final int LONGEST_NAME = 80;
    private static final int LONGEST_ID = 128;
    private static final int MOST = 8;

    private final Artifacts artifacts;
    /** A character is read at the size of each job that names it. */
    private static final VideoFormat ANY_FORMAT = VideoFormat.of(64, 64, 16);

    private final GivenMedia media;
    private final Shelf<Character> shelf;

    /** A character; {@code video} is what was uploaded. */
    record Character(String id, String name, long createdAt, ArtifactRef video) {}

    Characters(Artifacts artifacts, GivenMedia media) {
        this.artifacts = artifacts;
        this.media = media;
        this.shelf = new Shelf<>(artifacts, "characters", Character.class);
    }

    /** Keeps the character that a form brings, under the id. */
    Character keep(String id, Fields fields, Owner owner) {
        String name = fields.requiredText("name", 1, LONGEST_NAME);
        Upload upload = fields.requiredFile("video");
        fields.refuseOthers();
        media.frames(upload, "video", ANY_FORMAT);
        try {
            ArtifactRef video = artifacts.putFile(shelf.place(owner, id) + ".video", upload.file());
            Character character = new Character(id, name, Instant.now().getEpochSecond(), video);
            shelf.put(owner, id, character);
            return character;
        } catch (StoreUnavailable e) {
            throw ApiProblem.unavailable("The object store is away. Try again.");
        }
    }

    /** @throws ApiProblem 404 that names the parameter */
    Character require(Owner owner, String id, String param) {
        return shelf.find(owner, id)
                .orElseThrow(() -> ApiProblem.notFound(param, "There is no character '%s'.".formatted(id)));
    }

    /** The characters that a request names. */
    List<ArtifactRef> read(Fields fields, Owner owner) {
        return fields.objects("characters", MOST).stream()
                .map(entry -> {
                    String id = entry.requiredText("id", 1, LONGEST_ID);
                    entry.refuseOthers();
                    return require(owner, id, entry.at("id")).video();
                })
                .toList();
    }
}
