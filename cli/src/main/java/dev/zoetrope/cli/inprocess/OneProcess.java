package dev.zoetrope.cli.inprocess;

import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.ImageWriter;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.VideoMetadata;
import dev.zoetrope.codec.VideoWriter;
import dev.zoetrope.engine.DenoisingRequest;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelLibrary.Model;
import dev.zoetrope.engine.VideoAutoencoder.Tiling;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries out orders in this process, one at a time. */
public final class OneProcess implements AutoCloseable {
    /** Frames of a video that the next window is shown: two latent frames and the first. */
    private static final int SHOWN = 9;

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
        if (still != isPicture(order.out())) {
            throw new IllegalArgumentException("out: expected a file name ending in "
                    + (still ? ".png, .jpg or .webp for one frame" : ".mp4 for a video") + ", but "
                    + order.out().getFileName() + " came");
        }
        Run run = new Run(order, progress);
        if (still) {
            run.still();
        } else {
            run.video();
        }
    }

    private static boolean isPicture(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).matches(".*\\.(png|jpe?g|webp)");
    }

    @Override
    public void close() {
        model.close();
    }

    /** One order on its way. */
    private final class Run {
        private final Order order;
        private final Progress progress;
        private final HostTensor prompt;
        private final @Nullable HostTensor negativePrompt;
        private long window;

        Run(Order order, Progress progress) {
            this.order = order;
            this.progress = progress;
            progress.at("encoding text", 0, 1);
            List<HostTensor> embeddings = model.encode(
                    order.guidance() == 1 ? List.of(order.prompt()) : List.of(order.prompt(), order.negativePrompt()));
            prompt = embeddings.get(0);
            negativePrompt = embeddings.size() > 1 ? embeddings.get(1) : null;
            progress.at("encoding text", 1, 1);
        }

        void still() {
            HostTensor picture = collect(sink -> window(null, null, 1, sink)).whole();
            HostTensor pixels = HostTensor.of(picture.dtype(), picture.data(), order.height(), order.width(), 3);
            try {
                Files.write(order.out(), ImageWriter.encode(pixels, format(order.out())));
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
            int longest = model.card().frames();
            int frames = Math.min(order.frames(), longest);
            if (frames == order.frames()) {
                window(first, last, frames, out);
                return;
            }
            Footage made = collect(sink -> window(first, null, frames, sink));
            made.chunks().forEachRemaining(out);
            goOn(tail(made), last, order.frames() - frames, out);
        }

        /** New frames after a video, in as many windows as it takes; the last may have to end in a picture. */
        private void goOn(HostTensor shown, @Nullable HostTensor last, int frames, Consumer<HostTensor> out) {
            int room = model.card().frames() - (int) shown.size(0);
            HostTensor tail = shown;
            for (int left = frames; left > 0; ) {
                int now = Math.min(left, room);
                boolean end = now == left;
                HostTensor before = tail;
                Footage made = collect(sink -> window(before, end ? last : null, (int) before.size(0) + now, sink));
                Footage fresh = made.slice((int) before.size(0), made.frames());
                fresh.chunks().forEachRemaining(out);
                tail = tail(made);
                left -= now;
            }
        }

        /** New frames between a video's tail and, where there is one, another's head. */
        private void passage(HostTensor tail, @Nullable HostTensor head, int frames, Consumer<HostTensor> out) {
            int k = model.card().temporalFactor();
            if (head == null) {
                requireFrames(frames % k == 0, k + "k (" + k + ", " + 2 * k + ", ...)");
                goOn(tail, null, frames, out);
                return;
            }
            int window = (int) tail.size(0) + frames + (int) head.size(0);
            int most = model.card().frames();
            requireFrames(
                    (window - 1) % k == 0 && window <= most,
                    k + "k-1 (" + (k - 1) + ", " + (2 * k - 1) + ", ...) up to " + (most - window + frames));
            Footage made = collect(sink -> window(tail, head, window, sink));
            made.slice((int) tail.size(0), (int) tail.size(0) + frames).chunks().forEachRemaining(out);
        }

        /** New frames before a video's head, made from the latest window to the earliest. */
        private void backward(Footage video, Consumer<HostTensor> out) {
            int k = model.card().temporalFactor();
            requireFrames(order.frames() % k == 0, k + "k (" + k + ", " + 2 * k + ", ...)");
            List<Footage> windows = new ArrayList<>();
            Footage later = video;
            for (int left = order.frames(); left > 0; ) {
                HostTensor head = head(later);
                int now = Math.min(left, model.card().frames() - (int) head.size(0));
                Footage made = collect(sink -> window(null, head, now + (int) head.size(0), sink));
                later = made.slice(0, now);
                windows.add(0, later);
                left -= now;
                if (left > 0) later = made;
            }
            for (Footage w : windows) w.chunks().forEachRemaining(out);
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
            denoiseAndDecode(null, source, strength, video.frames(), out);
        }

        private void window(
                @Nullable HostTensor first, @Nullable HostTensor last, int frames, Consumer<HostTensor> out) {
            Safetensors known = null;
            if (first != null || last != null) {
                progress.at("encoding frames", 0, 1);
                known = model.known(first, last, frames);
                progress.at("encoding frames", 1, 1);
            }
            denoiseAndDecode(known, null, 1, frames, out);
        }

        private void denoiseAndDecode(
                @Nullable Safetensors known,
                @Nullable HostTensor source,
                double strength,
                int frames,
                Consumer<HostTensor> out) {
            HostTensor latents = model.denoise(
                    new DenoisingRequest(
                            frames,
                            order.height(),
                            order.width(),
                            prompt,
                            negativePrompt,
                            known,
                            source,
                            strength,
                            order.steps(),
                            order.guidance(),
                            order.seed() + window++,
                            null),
                    progress);
            int[] done = {0};
            model.decode(latents, chunk -> {
                out.accept(chunk);
                progress.at("decoding", done[0] += (int) chunk.size(0), frames);
            });
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

    private static Footage collect(Consumer<Consumer<HostTensor>> maker) {
        List<HostTensor> chunks = new ArrayList<>();
        maker.accept(chunks::add);
        return Footage.of(chunks);
    }

    private static ImageFormat format(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".png")) return ImageFormat.PNG;
        return name.endsWith(".webp") ? ImageFormat.WEBP : ImageFormat.JPEG;
    }
}
