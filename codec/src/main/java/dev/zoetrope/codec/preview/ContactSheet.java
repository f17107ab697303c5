package dev.zoetrope.codec.preview;

import dev.zoetrope.codec.Frames;
import dev.zoetrope.codec.Placement;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.writing.ImageWriter;
import dev.zoetrope.tensors.HostTensor;
import java.nio.file.Path;
import java.util.List;

/** Frames laid out in rows as one picture: a sprite sheet for a player's seek bar, or a look at a clip. */
public final class ContactSheet {
    private ContactSheet() {}

    /**
     * Lays out every frame of a clip.
     *
     * @param clip {@code U8 [t, H, W, 3]}
     * @return {@code U8 [rows × H, columns × W, 3]}; places that no frame takes are black
     */
    public static HostTensor of(HostTensor clip, int columns) {
        if (clip.rank() != 4 || clip.size(0) < 1) {
            throw new IllegalArgumentException("expected frames U8 [t, H, W, 3], but " + clip + " came");
        }
        VideoFormat size = VideoFormat.of((int) clip.size(2), (int) clip.size(1), 1);
        Frames.requireChunk(clip, size);
        int frames = (int) clip.size(0);
        int across = Math.min(columns, frames);
        int rows = (frames + columns - 1) / columns;
        byte[] sheet = new byte
                [Math.multiplyExact(Math.multiplyExact(rows * size.height(), across * size.width()), Frames.CHANNELS)];
        byte[] frame = new byte[size.width() * size.height() * Frames.CHANNELS];
        for (int i = 0; i < frames; i++) {
            Frames.frame(clip, i).get(frame);
            int x = i % columns * size.width();
            int y = i / columns * size.height();
            new Placement(size.width(), size.height(), x, y, across * size.width(), rows * size.height())
                    .place(frame, sheet);
        }
        return HostTensor.ofBytes(sheet, (long) rows * size.height(), (long) across * size.width(), Frames.CHANNELS);
    }

    /** Writes some evenly spread frames of a clip as a PNG, for looking at it. */
    public static void writePng(HostTensor clip, int mostFrames, int columns, Path file) {
        int frames = (int) clip.size(0);
        int shown = Math.min(frames, mostFrames);
        List<HostTensor> picked = Spread.over(frames, shown).stream()
                .map(i -> picture(clip, (int) (long) i))
                .toList();
        ImageWriter.writePng(of(stack(picked), columns), file);
    }

    /** @param pictures of one size, {@code U8 [H, W, 3]} */
    static HostTensor stack(List<HostTensor> pictures) {
        HostTensor first = pictures.get(0);
        int bytes = (int) first.byteCount();
        byte[] pixels = new byte[Math.multiplyExact(bytes, pictures.size())];
        for (int i = 0; i < pictures.size(); i++) {
            pictures.get(i).data().get(pixels, i * bytes, bytes);
        }
        return HostTensor.ofBytes(pixels, pictures.size(), first.size(0), first.size(1), Frames.CHANNELS);
    }

    private static HostTensor picture(HostTensor clip, int index) {
        return HostTensor.of(clip.dtype(), Frames.frame(clip, index), clip.size(1), clip.size(2), Frames.CHANNELS);
    }
}
