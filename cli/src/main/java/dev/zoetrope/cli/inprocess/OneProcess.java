package dev.zoetrope.cli.inprocess;

import dev.zoetrope.cli.OutFile;
import dev.zoetrope.cli.Task;
import dev.zoetrope.codec.ImageWriter;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.VideoMetadata;
import dev.zoetrope.codec.VideoWriter;
import dev.zoetrope.engine.Conditioning;
import dev.zoetrope.engine.DenoisingRequest;
import dev.zoetrope.engine.Embeddings;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.LatentFrames;
import dev.zoetrope.engine.ModelLibrary.Model;
import dev.zoetrope.engine.Seams;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries out orders in this process, one at a time. */
public final class OneProcess implements AutoCloseable {
    /** Frames of a video that the next window is shown: two latent frames and the first. */
    private static final int SHOWN = 9;

    /** Frames that a window of a longer video shares with the one before: four latent frames. */
    private static final int OVERLAP = 13;

    private final LoadedModel model;

    public OneProcess(Model model, EngineSettings settings, Tiling tiling) {
        this.model = new LoadedModel(model, settings, tiling);
    }

    /**
     * Makes one video, or for one frame a picture; the file appears whole.
     *
     * @throws IllegalArgumentException for an order that the model cannot carry out
     * @throws dev.zoetrope.codec.CodecException when given media cannot be read or the file cannot be written
     */
    public void carryOut(Order order, Progress progress) {
        order.check(model.card());
        boolean still = order.task() instanceof Task.Create && order.frames() == 1;
        OutFile.require(order.out(), still);
        Run run = new Run(order, progress);
        if (still) {
            run.still();
        } else {
            run.video();
        }
    }

    @Override
    public void close() {
        model.close();
    }

    /** One order on its way. */
    private final class Run {
        private final Order order;
        private final Progress progress;
        private final Embeddings prompt;
        private final @Nullable Embeddings negativePrompt;
        private long window;

        Run(Order order, Progress progress) {
            this.order = order;
            this.progress = progress;
            progress.at("encoding text", 0, 1);
            List<Embeddings> embeddings = model.encode(
                    order.guidance() == 1 ? List.of(order.prompt()) : List.of(order.prompt(), order.negativePrompt()));
            prompt = embeddings.get(0);
            negativePrompt = embeddings.size() > 1 ? embeddings.get(1) : null;
            progress.at("encoding text", 1, 1);
        }

        void still() {
            List<HostTensor> frames = new ArrayList<>();
            HostTensor latents = denoise(List.of(), 1);
            decode(sink -> model.decode(latents, sink), 1, frames::add);
            HostTensor pixels = HostTensor.of(DType.U8, frames.get(0).data(), order.height(), order.width(), 3);
            try {
                Files.write(order.out(), ImageWriter.encode(pixels, OutFile.format(order.out())));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + order.out() + ": " + e.getMessage(), e);
            }
        }

        void video() {
            VideoFormat format = VideoFormat.of(order.width(), order.height(), order.framesPerSecond());
            VideoMetadata metadata = VideoMetadata.madeByAi(model.card().name(), "seed-" + order.seed());
            try (VideoWriter writer = VideoWriter.create(order.out(), format, metadata)) {
                write(writer::write);
                writer.finish();
            }
        }

        private void write(Consumer<HostTensor> out) {
            Task task = order.task();
            if (task instanceof Task.Create create) {
                create(create, out);
            } else if (task instanceof Task.Extend extend) {
                Footage video = footage(extend.video());
                if (extend.backward()) {
                    backward(video, out);
                    video.chunks().forEachRemaining(out);
                } else {
                    video.chunks().forEachRemaining(out);
                    passage(tail(video), null, order.frames(), out);
                }
            } else if (task instanceof Task.Connect connect) {
                Footage from = footage(connect.from());
                Footage to = footage(connect.to());
                from.chunks().forEachRemaining(out);
                passage(tail(from), head(to), order.frames(), out);
                to.chunks().forEachRemaining(out);
            } else if (task instanceof Task.Loop loop) {
                Footage video = footage(loop.video());
                video.chunks().forEachRemaining(out);
                passage(tail(video), head(video), order.frames(), out);
            } else if (task instanceof Task.Edit edit) {
                edit(footage(edit.video()), edit.strength(), out);
            }
        }

        private void create(Task.Create create, Consumer<HostTensor> out) {
            HostTensor first = picture(create.firstFrame());
            HostTensor last = picture(create.lastFrame());
            int frames = now(order.frames(), model.card().frames(), last != null);
            HostTensor end = frames == order.frames() ? last : null;
            HostTensor latents = denoise(known(first, end, frames), frames);
            decode(sink -> model.decode(latents, sink), frames, endingIn(end, frames, out));
            goOn(latents, last, order.frames() - frames, out);
        }

        /** Frames of the next window; before one that has to end in a picture it leaves as many as that one has room for. */
        private int now(int left, int most, boolean ends) {
            int room = model.card().frames() - OVERLAP;
            if (left <= most) return left;
            return ends && left - most < room ? left - room : most;
        }

        /** A picture is met as the model keeps it. */
        private Consumer<HostTensor> endingIn(@Nullable HostTensor picture, int frames, Consumer<HostTensor> out) {
            if (picture == null) return out;
            return Seams.meeting(out, model.card().temporalFactor(), 0, null, frames - 1, model.kept(picture));
        }

        /** New frames after those of latents, in as many windows as it takes; the last may have to end in a picture. */
        private void goOn(HostTensor before, @Nullable HostTensor last, int frames, Consumer<HostTensor> out) {
            int k = model.card().temporalFactor();
            int room = model.card().frames() - OVERLAP;
            HostTensor context = LatentFrames.last(before, VideoAutoencoder.CONTEXT);
            for (int left = frames; left > 0; ) {
                int now = now(left, room, last != null);
                HostTensor end = now == left ? last : null;
                List<Conditioning> given = new ArrayList<>(known(null, end, OVERLAP + now));
                given.add(new Conditioning.Continuation(context, OVERLAP));
                HostTensor latents = denoise(given, OVERLAP + now);
                HostTensor fresh = LatentFrames.last(latents, now / k);
                HostTensor seen = context;
                decode(sink -> model.decodeAfter(seen, fresh, sink), now, endingIn(end, now, out));
                context = LatentFrames.last(LatentFrames.concat(context, fresh), VideoAutoencoder.CONTEXT);
                left -= now;
            }
        }

        /** New frames between a video's tail and, where there is one, another's head. */
        private void passage(HostTensor tail, @Nullable HostTensor head, int frames, Consumer<HostTensor> out) {
            int k = model.card().temporalFactor();
            int shown = (int) tail.size(0);
            int most = model.card().frames();
            if (head == null) {
                requireFrames(frames % k == 0, k + "k (" + k + ", " + 2 * k + ", ...)");
                int now = Math.min(frames, most - shown);
                HostTensor latents = denoise(known(tail, null, shown + now), shown + now);
                decodeBetween(latents, tail, null, now, out);
                goOn(latents, null, frames - now, out);
                return;
            }
            int window = shown + frames + (int) head.size(0);
            requireFrames(
                    (window - 1) % k == 0 && window <= most,
                    k + "k-1 (" + (k - 1) + ", " + (2 * k - 1) + ", ...) up to " + (most - window + frames));
            decodeBetween(denoise(known(tail, head, window), window), tail, head, frames, out);
        }

        /** New frames before a video's head, made from the latest window to the earliest. */
        private void backward(Footage video, Consumer<HostTensor> out) {
            int k = model.card().temporalFactor();
            requireFrames(order.frames() % k == 0, k + "k (" + k + ", " + 2 * k + ", ...)");
            List<HostTensor> chunks = new ArrayList<>();
            HostTensor head = head(video);
            for (int left = order.frames(); left > 0; ) {
                int shown = (int) head.size(0);
                int now = Math.min(left, model.card().frames() - shown);
                List<HostTensor> earlier = new ArrayList<>();
                HostTensor latents = denoise(known(null, head, now + shown), now + shown);
                decodeBetween(latents, null, head, now, earlier::add);
                chunks.addAll(0, earlier);
                head = head(Footage.of(chunks));
                left -= now;
            }
            chunks.forEach(out);
        }

        private void edit(Footage video, double strength, Consumer<HostTensor> out) {
            int k = model.card().temporalFactor();
            if ((video.frames() - 1) % k != 0 || video.frames() > model.card().frames()) {
                throw new IllegalArgumentException("edit: expected a video of " + k + "k+1 frames, at most "
                        + model.card().frames() + ", but it has " + video.frames());
            }
            progress.at("encoding frames", 0, 1);
            HostTensor source = model.encode(video);
            progress.at("encoding frames", 1, 1);
            HostTensor latents = denoise(List.of(new Conditioning.Source(source, strength)), video.frames());
            decode(sink -> model.decode(latents, sink), video.frames(), out);
        }

        private List<Conditioning> known(@Nullable HostTensor first, @Nullable HostTensor last, int frames) {
            if (first == null && last == null) return List.of();
            progress.at("encoding frames", 0, 1);
            List<Conditioning> known = List.copyOf(model.known(first, last, frames));
            progress.at("encoding frames", 1, 1);
            return known;
        }

        private HostTensor denoise(List<Conditioning> conditioning, int frames) {
            return model.denoise(
                    new DenoisingRequest(
                            frames,
                            order.height(),
                            order.width(),
                            prompt,
                            negativePrompt,
                            conditioning,
                            order.steps(),
                            order.guidance(),
                            order.seed() + window++,
                            null),
                    progress);
        }

        private void decode(Consumer<Consumer<HostTensor>> decoder, int frames, Consumer<HostTensor> out) {
            int[] done = {0};
            progress.at("decoding", 0, frames);
            decoder.accept(chunk -> {
                out.accept(chunk);
                progress.at("decoding", done[0] += (int) chunk.size(0), frames);
            });
        }

        /** Decodes a window and hands on what is new, which meets the given frames on either side. */
        private void decodeBetween(
                HostTensor latents,
                @Nullable HostTensor tail,
                @Nullable HostTensor head,
                int frames,
                Consumer<HostTensor> out) {
            int from = tail == null ? 0 : (int) tail.size(0);
            int to = from + frames;
            HostTensor before = tail == null ? null : Footage.part(tail, from - 1, from);
            HostTensor after = head == null ? null : Footage.part(head, 0, 1);
            List<HostTensor> chunks = new ArrayList<>();
            int k = model.card().temporalFactor();
            Consumer<HostTensor> seams = Seams.meeting(chunks::add, k, from, before, to, after);
            decode(sink -> model.decode(latents, sink), to, seams);
            Footage.of(chunks).slice(from, to).chunks().forEachRemaining(out);
        }

        private @Nullable HostTensor picture(@Nullable Path file) {
            return file == null
                    ? null
                    : Footage.picture(file, order.width(), order.height()).whole();
        }

        private Footage footage(Path file) {
            progress.at("reading video", 0, 1);
            Footage footage = Footage.video(file, order.width(), order.height(), order.framesPerSecond());
            progress.at("reading video", 1, 1);
            return footage;
        }

        private HostTensor tail(Footage video) {
            int shown = shown(video);
            return video.slice(video.frames() - shown, video.frames()).whole();
        }

        private HostTensor head(Footage video) {
            return video.slice(0, shown(video)).whole();
        }

        private int shown(Footage video) {
            int k = model.card().temporalFactor();
            return Math.min(SHOWN, (video.frames() - 1) / k * k + 1);
        }

        private void requireFrames(boolean fits, String expected) {
            if (!fits) {
                throw new IllegalArgumentException(
                        "frames: expected " + expected + ", but " + order.frames() + " came");
            }
        }
    }
}
