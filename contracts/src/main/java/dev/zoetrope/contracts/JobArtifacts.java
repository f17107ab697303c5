package dev.zoetrope.contracts;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The references gathered so far on a job's way. A stage adds its own and hands the rest on.
 *
 * @param givenFrames frames read from given media, U8 {@code [T, H, W, C]} in chunks in order, by what they were given for
 * @param givenLatents latents of those frames, F32 {@code [C, F, H, W]}, by what they were given for
 * @param negativeEmbeddings F32 {@code [L, D]}; null before text encoding, and where it is not used
 * @param segments by index, as far as there is something to say; a segment that is not there has nothing yet
 */
public record JobArtifacts(
        Map<Role, List<ArtifactRef>> givenFrames,
        Map<Role, ArtifactRef> givenLatents,
        @Nullable ArtifactRef negativeEmbeddings,
        List<Segment> segments)
        implements Contract {
    /** What a new job has. */
    public static final JobArtifacts NOTHING = new JobArtifacts(Map.of(), Map.of(), null, List.of());

    public JobArtifacts {
        Map<Role, List<ArtifactRef>> frames = new EnumMap<>(Role.class);
        givenFrames.forEach((role, chunks) -> frames.put(role, List.copyOf(chunks)));
        givenFrames = Collections.unmodifiableMap(frames);
        Map<Role, ArtifactRef> latents = new EnumMap<>(Role.class);
        latents.putAll(givenLatents);
        givenLatents = Collections.unmodifiableMap(latents);
        segments = List.copyOf(segments);
    }

    /**
     * What there is of one segment.
     *
     * @param embeddings of its prompt, F32 {@code [L, D]}
     * @param known what the autoencoder made of the known frames at its start and end
     * @param latents the denoised latents, F32 {@code [C, F, H, W]}
     * @param frames U8 {@code [T, H, W, C]}, in chunks in order
     * @param video its MP4
     */
    public record Segment(
            @Nullable ArtifactRef embeddings,
            @Nullable ArtifactRef known,
            @Nullable ArtifactRef latents,
            List<ArtifactRef> frames,
            @Nullable ArtifactRef video)
            implements Contract {
        /** A segment of which there is nothing yet. */
        public static final Segment NOTHING = new Segment(null, null, null, List.of(), null);

        public Segment {
            frames = List.copyOf(frames);
        }

        /** This with its prompt's embeddings. */
        public Segment withEmbeddings(ArtifactRef ref) {
            return new Segment(ref, known, latents, frames, video);
        }

        /** This with what is known of its frames. */
        public Segment withKnown(ArtifactRef ref) {
            return new Segment(embeddings, ref, latents, frames, video);
        }

        /** This with its latents. */
        public Segment withLatents(ArtifactRef ref) {
            return new Segment(embeddings, known, ref, frames, video);
        }

        /** This with its frames' chunks. */
        public Segment withFrames(List<ArtifactRef> refs) {
            return new Segment(embeddings, known, latents, refs, video);
        }

        /** This with its video. */
        public Segment withVideo(ArtifactRef ref) {
            return new Segment(embeddings, known, latents, frames, ref);
        }
    }

    /** What there is of the segment; {@link Segment#NOTHING} when there is nothing. */
    public Segment segment(int index) {
        return index < segments.size() ? segments.get(index) : Segment.NOTHING;
    }

    /** This with the segment changed. */
    public JobArtifacts withSegment(int index, UnaryOperator<Segment> change) {
        List<Segment> changed = new ArrayList<>(segments);
        while (changed.size() <= index) {
            changed.add(Segment.NOTHING);
        }
        changed.set(index, change.apply(changed.get(index)));
        return new JobArtifacts(givenFrames, givenLatents, negativeEmbeddings, changed);
    }

    /** This with the negative prompt's embeddings. */
    public JobArtifacts withNegativeEmbeddings(ArtifactRef ref) {
        return new JobArtifacts(givenFrames, givenLatents, ref, segments);
    }

    /** This with further frames of what was given for the role. */
    public JobArtifacts withGivenFrames(Role role, List<ArtifactRef> chunks) {
        Map<Role, List<ArtifactRef>> frames = new EnumMap<>(Role.class);
        frames.putAll(givenFrames);
        List<ArtifactRef> all = new ArrayList<>(frames.getOrDefault(role, List.of()));
        all.addAll(chunks);
        frames.put(role, all);
        return new JobArtifacts(frames, givenLatents, negativeEmbeddings, segments);
    }

    /** This with the latents of one of the given media. */
    public JobArtifacts withGivenLatents(Role role, ArtifactRef ref) {
        Map<Role, ArtifactRef> latents = new EnumMap<>(Role.class);
        latents.putAll(givenLatents);
        latents.put(role, ref);
        return new JobArtifacts(givenFrames, latents, negativeEmbeddings, segments);
    }
}
