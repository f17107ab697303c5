package dev.zoetrope.contracts;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.List;

/**
 * Where the pieces of one part of a job's video lie, for players that begin before the rest is made. Parts are those of
 * {@link JobSpec#parts()}. It is stored as JSON beside its media and after them, so whoever reads it finds them.
 *
 * @param part its place, from 0
 * @param firstFrame how many frames the parts before it have together: where its fragments' clock begins
 * @param framesPerSecond of the video
 * @param media a fragmented MP4: the initialization, then the fragments behind each other
 * @param initializationBytes of the initialization, which is the same for all parts of a job
 * @param fragments in order; each begins with a picture that stands alone
 */
public record StreamPart(
        int part,
        long firstFrame,
        int framesPerSecond,
        ArtifactRef media,
        long initializationBytes,
        List<Fragment> fragments)
        implements Contract {
    /** One piece that a player can begin with. */
    public record Fragment(long bytes, int frames) implements Contract {
        public Fragment {
            Require.that(bytes > 0, "bytes", "at least 1", bytes);
            Require.that(frames > 0, "frames", "at least 1", frames);
        }
    }

    public StreamPart {
        Require.that(part >= 0, "part", "0 or more", part);
        Require.that(firstFrame >= 0, "firstFrame", "0 or more", firstFrame);
        Require.that(framesPerSecond > 0, "framesPerSecond", "at least 1", framesPerSecond);
        Require.that(initializationBytes > 0, "initializationBytes", "at least 1", initializationBytes);
        Require.that(!fragments.isEmpty(), "fragments", "at least one", fragments);
        fragments = List.copyOf(fragments);
        long bytes = initializationBytes
                + fragments.stream().mapToLong(Fragment::bytes).sum();
        Require.that(bytes == media.bytes(), "fragments", media.bytes() + " bytes with the initialization", bytes);
    }

    /** How many frames it has. */
    public long frames() {
        return fragments.stream().mapToLong(Fragment::frames).sum();
    }

    /** Where in the media a fragment begins. */
    public long offset(int fragment) {
        return initializationBytes
                + fragments.subList(0, fragment).stream()
                        .mapToLong(Fragment::bytes)
                        .sum();
    }

    /** How long a fragment is shown. */
    public double seconds(int fragment) {
        return (double) fragments.get(fragment).frames() / framesPerSecond;
    }

    /** This as JSON in UTF-8. */
    public byte[] json() {
        try {
            return Codec.Json.MAPPER.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of numbers was not writable", e);
        }
    }

    /**
     * What {@link #json} wrote.
     *
     * @throws ContractException when it is something else
     */
    public static StreamPart of(byte[] json) {
        try {
            return Codec.Json.MAPPER.readValue(json, StreamPart.class);
        } catch (IOException e) {
            throw new ContractException(
                    ProblemCode.BAD_ORDER, "expected a part of a stream as JSON, came another: " + e.getMessage(), e);
        }
    }
}
