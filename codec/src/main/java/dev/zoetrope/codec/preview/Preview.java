package dev.zoetrope.codec.preview;

import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.FrameRate;
import dev.zoetrope.codec.Frames;
import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.reading.VideoInfo;
import dev.zoetrope.codec.reading.VideoProbe;
import dev.zoetrope.codec.reading.VideoReader;
import dev.zoetrope.codec.writing.AnimationWriter;
import dev.zoetrope.codec.writing.ImageWriter;
import dev.zoetrope.tensors.HostTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Pictures of a video that this module wrote: a thumbnail, a sprite sheet, a small moving picture. Each is decoded frame by
 * frame; memory does not grow with the video's length.
 */
public final class Preview {
    private static final int THUMBNAIL_QUALITY = 80;
    private static final int SPRITE_QUALITY = 80;
    private static final int CHUNK = 8;

    private Preview() {}

    /**
     * One frame, a third into the video (the first is often not yet what the prompt asked for), as WebP.
     *
     * @param longestSide of the thumbnail; a smaller video is not enlarged
     */
    public static byte[] thumbnail(Path video, int longestSide) {
        long frames = VideoProbe.probe(video).frames();
        HostTensor frame = frames(video, List.of(frames / 3), longestSide).get(0);
        return ImageWriter.encode(frame, ImageFormat.WEBP, THUMBNAIL_QUALITY);
    }

    /**
     * A sprite sheet.
     *
     * @param jpeg the picture
     * @param columns sprites in a row
     * @param rows rows of sprites
     * @param sprites how many there are; the last row may not be full
     * @param width of one sprite
     * @param height of one sprite
     * @param secondsApart from one sprite's moment to the next one's
     */
    public record SpriteSheet(
            byte[] jpeg, int columns, int rows, int sprites, int width, int height, double secondsApart) {}

    /** At most {@code columns × rows} evenly spread frames in one JPEG; fewer if the video has fewer. */
    public static SpriteSheet spriteSheet(Path video, int columns, int rows, int longestSide) {
        VideoInfo info = VideoProbe.probe(video);
        List<HostTensor> sprites = frames(video, Spread.over(info.frames(), columns * rows), longestSide);
        HostTensor sheet = ContactSheet.of(ContactSheet.stack(sprites), columns);
        HostTensor one = sprites.get(0);
        return new SpriteSheet(
                ImageWriter.encode(sheet, ImageFormat.JPEG, SPRITE_QUALITY),
                Math.min(columns, sprites.size()),
                (sprites.size() + columns - 1) / columns,
                sprites.size(),
                (int) one.size(1),
                (int) one.size(0),
                info.seconds() / sprites.size());
    }

    /**
     * The video as an animated WebP that goes round and round, for a page or a chat.
     *
     * @param mostPerSecond frames are left out above this rate
     */
    public static void animation(Path video, int longestSide, int mostPerSecond, Path webp) {
        try (VideoReader reader = VideoReader.open(video)) {
            VideoFormat source = reader.format();
            int step = (int) Math.max(1, Math.ceil(source.rate().perSecond() / mostPerSecond - 1e-9));
            FrameRate rate = new FrameRate(
                    source.rate().numerator(), Math.multiplyExact(source.rate().denominator(), step));
            int[] size = within(source, longestSide);
            try (AnimationWriter writer = AnimationWriter.create(webp, new VideoFormat(size[0], size[1], rate))) {
                long index = 0;
                for (Optional<HostTensor> chunk; (chunk = reader.read(CHUNK)).isPresent(); ) {
                    for (int i = 0; i < chunk.get().size(0); i++, index++) {
                        if (index % step == 0) writer.write(resized(chunk.get(), i, size));
                    }
                }
                writer.finish();
            }
        }
    }

    /** Some frames of a video, scaled down, in the order of the video. */
    private static List<HostTensor> frames(Path video, List<Long> wanted, int longestSide) {
        TreeSet<Long> left = new TreeSet<>(wanted);
        List<HostTensor> found = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(video)) {
            int[] size = within(reader.format(), longestSide);
            long index = 0;
            while (!left.isEmpty()) {
                HostTensor chunk = reader.read(CHUNK).orElse(null);
                if (chunk == null) break;
                for (int i = 0; i < chunk.size(0); i++, index++) {
                    if (left.remove(index)) found.add(resized(chunk, i, size));
                }
            }
        }
        if (found.isEmpty()) {
            throw new MediaRefusedException(MediaRefusedException.Reason.NO_FRAMES, "the video has no frames");
        }
        return found;
    }

    private static HostTensor resized(HostTensor chunk, int index, int[] size) {
        HostTensor frame =
                HostTensor.of(chunk.dtype(), Frames.frame(chunk, index), chunk.size(1), chunk.size(2), Frames.CHANNELS);
        return size[0] == chunk.size(2) && size[1] == chunk.size(1) ? frame : Fit.COVER.resize(frame, size[0], size[1]);
    }

    private static int[] within(VideoFormat format, int longestSide) {
        double scale = Math.min(1, (double) longestSide / Math.max(format.width(), format.height()));
        return new int[] {
            (int) Math.max(1, Math.round(format.width() * scale)),
            (int) Math.max(1, Math.round(format.height() * scale))
        };
    }
}
