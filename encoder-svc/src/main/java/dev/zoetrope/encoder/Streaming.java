package dev.zoetrope.encoder;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.codec.writing.Fragment;
import dev.zoetrope.codec.writing.FragmentSink;
import dev.zoetrope.codec.writing.SegmentFragmenter;
import dev.zoetrope.codec.writing.VideoMetadata;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.StreamPart;
import dev.zoetrope.stage.StageContext;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the parts of a job's video into fragments as soon as each is there, so that players begin while later parts are still being
 * made. It only ever cuts what is stored and will not change, by packet copy: what a player sees is what the job's video shows, and
 * an order that is delivered again leaves the same bytes.
 */
final class Streaming {
    private final Artifacts artifacts;

    Streaming(Artifacts artifacts) {
        this.artifacts = artifacts;
    }

    /** Offers a segment, given as its stored video. */
    void offer(String job, JobSpec spec, int segment, ArtifactRef video, StageContext context) {
        offer(job, spec, video, spec.part(segment), context);
    }

    /** Whether a segment is offered. */
    boolean isOffered(String job, JobSpec spec, int segment) {
        return artifacts.find(ArtifactKeys.streamPart(job, spec.part(segment))).isPresent();
    }

    /** Offers a given video, as it is shown before or after the segments. */
    void offer(String job, JobSpec spec, Role role, ArtifactRef video, StageContext context) {
        offer(job, spec, video, spec.part(role), context);
    }

    private void offer(String job, JobSpec spec, ArtifactRef video, int part, StageContext context) {
        String key = ArtifactKeys.streamPart(job, part);
        if (artifacts.find(key).isPresent()) return;
        try (Scratch scratch = new Scratch(job)) {
            Path file = scratch.file("part.mp4");
            artifacts.download(video, file);
            context.read(video.bytes());
            Pieces pieces = new Pieces(scratch.file("stream.mp4"));
            long firstFrame = framesBefore(job, spec, part);
            pieces.cut(file, firstFrame, VideoMetadata.madeByAi(spec.model(), job));
            ArtifactRef media =
                    context.patiently(() -> artifacts.putFile(ArtifactKeys.streamMedia(job, part), pieces.file));
            StreamPart described = new StreamPart(
                    part, firstFrame, spec.framesPerSecond(), media, pieces.initializationBytes, pieces.fragments);
            context.patiently(() -> artifacts.putBytes(key, described.json()));
        }
    }

    /** Known of segments before they are made; a given video that stands before others is offered before they are. */
    private long framesBefore(String job, JobSpec spec, int part) {
        long frames = 0;
        for (int i = 0; i < part; i++) {
            int place = i;
            frames += spec.parts()
                    .get(i)
                    .match(made -> (long) spec.segment(made.segment()).shown().count(), given -> offered(job, place)
                            .frames());
        }
        return frames;
    }

    private StreamPart offered(String job, int part) {
        ArtifactRef ref = artifacts.require(ArtifactKeys.streamPart(job, part));
        try (var in = artifacts.open(ref)) {
            return StreamPart.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + ref.key() + ": " + e.getMessage(), e);
        }
    }

    /** A file of fragments behind each other, and how long each is. */
    private static final class Pieces implements FragmentSink {
        private final Path file;
        private final List<StreamPart.Fragment> fragments = new ArrayList<>();
        private OutputStream out = OutputStream.nullOutputStream();
        private long initializationBytes;

        Pieces(Path file) {
            this.file = file;
        }

        void cut(Path video, long firstFrame, VideoMetadata metadata) {
            try (OutputStream opened = Files.newOutputStream(file)) {
                out = opened;
                SegmentFragmenter.fragment(video, firstFrame, metadata, this);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
            }
        }

        @Override
        public void initialization(byte[] bytes) throws IOException {
            out.write(bytes);
            initializationBytes = bytes.length;
        }

        @Override
        public void fragment(Fragment fragment) throws IOException {
            out.write(fragment.bytes());
            fragments.add(new StreamPart.Fragment(fragment.bytes().length, fragment.frames()));
        }
    }
}
