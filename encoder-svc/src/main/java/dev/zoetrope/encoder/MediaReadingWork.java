package dev.zoetrope.encoder;

import dev.zoetrope.artifacts.ArtifactKeys;
import dev.zoetrope.artifacts.Artifacts;
import dev.zoetrope.codec.CodecException;
import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaTarget;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.untrusted.ImageReader;
import dev.zoetrope.codec.untrusted.UntrustedMediaReader;
import dev.zoetrope.codec.writing.EncoderSettings;
import dev.zoetrope.codec.writing.SegmentAssembler;
import dev.zoetrope.codec.writing.VideoMetadata;
import dev.zoetrope.codec.writing.VideoWriter;
import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.JobArtifacts;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order.MediaReadingOrder;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.Reading;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.stage.FrameChunks;
import dev.zoetrope.stage.OrderFailed;
import dev.zoetrope.stage.Outcome;
import dev.zoetrope.stage.Route;
import dev.zoetrope.stage.StageContext;
import dev.zoetrope.stage.StageWork;
import dev.zoetrope.stage.WorkStopped;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads what a job was given into frames of the job's size and rate: those that its segments must know, and where the job's video
 * shows a given one that cannot be copied as it is, that video anew.
 */
public final class MediaReadingWork implements StageWork<MediaReadingOrder> {
    private static final int READ_FRAMES = 16;

    private final Artifacts artifacts;
    private final EncoderConfig config;
    private final EncoderSettings settings;
    private final Streaming streaming;

    public MediaReadingWork(Artifacts artifacts, EncoderConfig config, EncoderSettings settings) {
        this.artifacts = artifacts;
        this.config = config;
        this.settings = settings;
        this.streaming = new Streaming(artifacts);
    }

    @Override
    public Stage stage() {
        return Stage.MEDIA_READING;
    }

    @Override
    public Class<MediaReadingOrder> orders() {
        return MediaReadingOrder.class;
    }

    @Override
    public Outcome work(MediaReadingOrder order, StageContext context) {
        List<Given> files = files(order.spec());
        JobArtifacts jobArtifacts = order.jobArtifacts();
        List<ArtifactRef> made = new ArrayList<>();
        for (Given file : files) {
            if (context.stopRequested()) throw new WorkStopped(order);
            List<ArtifactRef> frames =
                    made(order, file).orElseGet(() -> new FileReading(order, file, context).frames());
            if (file.shown()) streaming.offer(order.job(), order.spec(), file.role(), shown(order, file), context);
            jobArtifacts = jobArtifacts.withGivenFrames(file.role(), frames);
            made.addAll(frames);
            context.progress(files.indexOf(file) + 1, files.size());
        }
        return new Outcome(List.of(Route.afterMediaReading(order, jobArtifacts)), made, List.of());
    }

    /**
     * A file that was brought, and what is needed of it.
     *
     * @param chunk how many chunks the files given for the same role have before it
     * @param frames how many of its frames
     * @param fromEnd whether those are its last; its first otherwise
     * @param shown whether the job's video shows it as it is
     */
    private record Given(Role role, ArtifactRef file, int chunk, int frames, boolean fromEnd, boolean shown) {
        /** Whether it is a still picture; a character is a video. */
        boolean picture() {
            return role == Role.FIRST_FRAME || role == Role.LAST_FRAME;
        }
    }

    private static List<Given> files(JobSpec spec) {
        List<Given> files = new ArrayList<>();
        for (Reading reading : spec.readings()) {
            int chunk = 0;
            for (ArtifactRef file : spec.task().files().getOrDefault(reading.role(), List.of())) {
                boolean shown = spec.part(reading.role()) >= 0;
                files.add(new Given(reading.role(), file, chunk++, reading.frames(), reading.fromEnd(), shown));
            }
        }
        return files;
    }

    /** A given video as it is shown: the file itself, unless it had to be made anew. */
    private ArtifactRef shown(MediaReadingOrder order, Given media) {
        return artifacts
                .find(ArtifactKeys.givenVideo(order.job(), media.role().label()))
                .orElse(media.file());
    }

    /** What an earlier delivery read, if it read all; the frames are stored last. */
    private Optional<List<ArtifactRef>> made(MediaReadingOrder order, Given media) {
        List<ArtifactRef> chunks = new ArrayList<>();
        for (int frames = 0; frames < media.frames(); ) {
            Optional<ArtifactRef> chunk = artifacts.find(key(order, media, chunks.size()));
            if (chunk.isEmpty()) return Optional.empty();
            chunks.add(chunk.get());
            frames += FrameChunks.frames(chunk.get());
        }
        return Optional.of(chunks);
    }

    private static String key(MediaReadingOrder order, Given media, int chunk) {
        return ArtifactKeys.givenFrames(order.job(), media.role().label(), media.chunk() + chunk);
    }

    /** One file on its way into frames. */
    private final class FileReading {
        private final MediaReadingOrder order;
        private final JobSpec spec;
        private final Given media;
        private final StageContext context;
        private final VideoFormat format;

        FileReading(MediaReadingOrder order, Given media, StageContext context) {
            this.order = order;
            this.spec = order.spec();
            this.media = media;
            this.context = context;
            this.format = VideoFormat.of(spec.width(), spec.height(), spec.framesPerSecond());
        }

        List<ArtifactRef> frames() {
            int length = Math.max(
                    1, Math.min(config.chunkFrames(), config.chunkBytes() / (spec.width() * spec.height() * 3)));
            List<ArtifactRef> chunks = new ArrayList<>();
            NeededFrames needed = new NeededFrames(media.frames(), media.fromEnd(), length, chunk -> {
                String key = key(order, media, chunks.size());
                chunks.add(context.patiently(() -> artifacts.putTensors(key, FrameChunks.content(chunk))));
            });
            read(needed);
            if (needed.seen() < media.frames()) {
                throw new OrderFailed(
                        ProblemCode.INVALID_REQUEST,
                        media.role().label() + ": expected at least " + media.frames() + " frames at "
                                + spec.framesPerSecond() + " frames a second, but it has " + needed.seen());
            }
            needed.finish();
            return chunks;
        }

        private void read(Consumer<HostTensor> needed) {
            try (Scratch scratch = new Scratch(order.job())) {
                Path file = scratch.file("given");
                artifacts.download(media.file(), file);
                context.read(media.file().bytes());
                if (media.shown() && !copies(file, scratch)) {
                    readAndWrite(file, scratch, needed);
                } else {
                    read(file, needed);
                }
            } catch (MediaRefusedException e) {
                throw new OrderFailed(ProblemCode.MEDIA_UNREADABLE, media.role().label() + ": " + e.getMessage(), e);
            }
        }

        private void read(Path file, Consumer<HostTensor> needed) {
            if (media.picture()) {
                needed.accept(picture(file));
                return;
            }
            MediaTarget target = MediaTarget.of(format, Fit.COVER);
            if (!media.fromEnd()) target = target.atMost(media.frames());
            try (UntrustedMediaReader reader = UntrustedMediaReader.open(file, target, MediaLimits.ACCEPTED)) {
                pour(reader, needed);
            }
        }

        private HostTensor picture(Path file) {
            HostTensor picture = ImageReader.read(file, Fit.COVER, spec.width(), spec.height(), MediaLimits.ACCEPTED);
            return HostTensor.of(picture.dtype(), picture.data(), 1, spec.height(), spec.width(), 3);
        }

        private void readAndWrite(Path file, Scratch scratch, Consumer<HostTensor> needed) {
            Path video = scratch.file("video.mp4");
            try (UntrustedMediaReader reader =
                            UntrustedMediaReader.open(file, MediaTarget.of(format, Fit.COVER), MediaLimits.ACCEPTED);
                    VideoWriter writer = VideoWriter.create(video, format, settings, VideoMetadata.NONE)) {
                pour(reader, chunk -> {
                    needed.accept(chunk);
                    writer.write(chunk);
                });
                writer.finish();
            }
            String key = ArtifactKeys.givenVideo(order.job(), media.role().label());
            context.patiently(() -> artifacts.putFile(key, video));
        }

        private void pour(UntrustedMediaReader reader, Consumer<HostTensor> sink) {
            for (Optional<HostTensor> chunk; (chunk = reader.read(READ_FRAMES)).isPresent(); ) {
                if (context.stopRequested()) throw new WorkStopped(order);
                sink.accept(chunk.get());
            }
        }

        /**
         * Whether the file's own pictures can stand before or after what this job makes, without being made anew. Only what a job
         * of ours has made is opened in this process.
         */
        private boolean copies(Path file, Scratch scratch) {
            String key = media.file().key();
            if (!key.startsWith(ArtifactKeys.JOBS) || !key.endsWith("/video.mp4")) return false;
            Path sample = scratch.file("sample.mp4");
            byte[] black = new byte[spec.width() * spec.height() * 3];
            try (VideoWriter writer = VideoWriter.create(sample, format, settings, VideoMetadata.NONE)) {
                writer.write(HostTensor.of(DType.U8, ByteBuffer.wrap(black), 1, spec.height(), spec.width(), 3));
                writer.finish();
            }
            try {
                SegmentAssembler.join(List.of(sample, file), scratch.file("joined.mp4"), VideoMetadata.NONE);
                return true;
            } catch (IllegalArgumentException | CodecException e) {
                return false;
            }
        }
    }
}
