package dev.zoetrope.codec.pictures;

import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_CRCCHECK;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_EXPLODE;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE170M;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_clone;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;

import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.Libav;
import dev.zoetrope.codec.MediaDescription;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.codec.MediaTarget;
import dev.zoetrope.codec.Orientation;
import dev.zoetrope.codec.Placement;
import dev.zoetrope.codec.reading.ImageSignature;
import dev.zoetrope.codec.reading.MediaDecoder;
import dev.zoetrope.codec.reading.MediaSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/** In the child process: one still picture, decoded whole or not at all, laid over white, scaled, as sRGB, upright. */
public final class PictureDecoder {
    /** JPEGs come at a half, a quarter or an eighth for a part of the work and memory. */
    private static final int MOST_HALVINGS = 3;

    private final Path file;
    private final MediaLimits limits;

    public PictureDecoder(Path file, MediaLimits limits) {
        this.file = file;
        this.limits = limits;
    }

    /**
     * A decoded picture, to be closed.
     *
     * @param picture as it is stored, nothing shines through
     * @param width as it is stored, before a JPEG came smaller
     * @param height as it is stored, before a JPEG came smaller
     */
    public record Decoded(
            ImageFormat format, AVFrame picture, int width, int height, PictureColours colours, Orientation orientation)
            implements AutoCloseable {
        int uprightWidth() {
            return orientation.swapsSides() ? height : width;
        }

        int uprightHeight() {
            return orientation.swapsSides() ? width : height;
        }

        public MediaDescription description() {
            String name = format.name().toLowerCase(Locale.ROOT);
            return new MediaDescription(name, name, uprightWidth(), uprightHeight(), false, 0, 0, 0, true);
        }

        /** @param target null for the picture's own size */
        public byte[] rgb(@Nullable MediaTarget target) {
            return new PictureFitter(this).rgb(target);
        }

        @Override
        public void close() {
            av_frame_free(picture);
        }
    }

    /**
     * @param target what is wanted of it: a JPEG comes no smaller than that
     * @param whole whether it must come in its own size
     * @throws MediaRefusedException if it is not read, damaged, or larger than the limits
     */
    public Decoded decode(@Nullable MediaTarget target, boolean whole) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            requireBytes(channel.size());
            ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            ImageFormat format = ImageSignature.of(head(bytes));
            return switch (format) {
                case JPEG -> decode(format, JpegFile.parse(bytes), target, whole);
                case PNG -> decode(format, PngFile.parse(bytes), target, true);
                case WEBP -> decode(format, WebpFile.parse(bytes), target, true);
                case GIF -> gif();
                case HEIC, AVIF -> new HeifFile(file, format, bytes, this::requirePixels).decode();
            };
        }
    }

    static byte[] head(ByteBuffer bytes) {
        return PictureFile.bytes(bytes, 0, Math.min(bytes.limit(), ImageSignature.BYTES));
    }

    private void requireBytes(long bytes) {
        if (bytes > limits.maxBytes()) {
            throw new MediaRefusedException(
                    Reason.TOO_LARGE,
                    "expected a picture of at most " + limits.maxBytes() + " bytes, but " + bytes + " came");
        }
    }

    private void requirePixels(long width, long height) {
        if (width < 1 || height < 1) {
            throw PictureFile.damaged("the picture's header says " + width + "x" + height);
        }
        if (width * height > limits.maxPixels()) {
            throw new MediaRefusedException(
                    Reason.TOO_LARGE,
                    "expected a picture of at most " + limits.maxPixels() + " pixels, but it has " + width + "x"
                            + height);
        }
    }

    private void requireMemory(PictureFile picture, int halvings) {
        long bytes = picture.heldBytes() + (picture.pictureBytes() >> 2 * halvings) + picture.bytes();
        long most = limits.maxMemoryBytes() / 8 * 7;
        if (bytes > most) {
            throw new MediaRefusedException(
                    Reason.TOO_LARGE,
                    "expected a picture that takes at most " + most + " bytes of memory, but its " + picture.width()
                            + "x" + picture.height() + " pixels take " + bytes
                            + ": save it smaller, or with fewer bits a channel");
        }
    }

    private Decoded decode(ImageFormat format, PictureFile file, @Nullable MediaTarget target, boolean whole) {
        requirePixels(file.width(), file.height());
        int halvings = whole ? 0 : halvings(file, target);
        requireMemory(file, halvings);
        AVFrame picture = decode(format, file, halvings);
        try {
            if (format == ImageFormat.JPEG) {
                picture.color_range(AVCOL_RANGE_JPEG).colorspace(AVCOL_SPC_SMPTE170M);
            } else if (Canvas.hasAlpha(picture)) {
                if (Canvas.hasChroma(picture)) {
                    AVFrame rgb = Canvas.rgb(picture);
                    av_frame_free(picture);
                    picture = rgb;
                }
                Canvas.overWhite(picture);
            }
            PictureFile.Frame frame = file.frame();
            if (frame.width() < file.width() || frame.height() < file.height()) {
                AVFrame canvas = Canvas.white(picture, file.width(), file.height());
                Canvas.put(canvas, picture, frame.x(), frame.y());
                av_frame_free(picture);
                picture = canvas;
            }
            return new Decoded(format, picture, file.width(), file.height(), file.colours(), file.orientation());
        } catch (RuntimeException e) {
            av_frame_free(picture);
            throw e;
        }
    }

    /** How often the picture may be halved and still be twice as large as it is wanted. */
    private static int halvings(PictureFile file, @Nullable MediaTarget target) {
        if (target == null) return MOST_HALVINGS;
        boolean turned = file.orientation().swapsSides();
        Placement placement = PictureFitter.placement(
                target, turned ? file.height() : file.width(), turned ? file.width() : file.height());
        int width = turned ? placement.scaledHeight() : placement.scaledWidth();
        int height = turned ? placement.scaledWidth() : placement.scaledHeight();
        int halvings = 0;
        while (halvings < MOST_HALVINGS
                && file.width() >> halvings + 1 >= 2 * width
                && file.height() >> halvings + 1 >= 2 * height) {
            halvings++;
        }
        return halvings;
    }

    private static AVFrame decode(ImageFormat format, PictureFile file, int halvings) {
        AVCodec codec = Libav.allocated(avcodec_find_decoder(file.codecId()), "a decoder");
        AVCodecContext context = Libav.allocated(avcodec_alloc_context3(codec), "a decoder");
        AVPacket packet = Libav.allocated(av_packet_alloc(), "a packet");
        AVFrame frame = Libav.allocated(av_frame_alloc(), "a frame");
        try {
            context.thread_count(1);
            context.lowres(halvings);
            context.err_recognition(AV_EF_EXPLODE | AV_EF_CRCCHECK);
            Libav.check(avcodec_open2(context, codec, (AVDictionary) null), "opening the decoder");
            Libav.check(av_new_packet(packet, file.bytes()), "a packet");
            ByteBuffer bytes = packet.data().capacity(file.bytes()).asByteBuffer();
            for (ByteBuffer part : file.parts()) bytes.put(part.duplicate());
            require(avcodec_send_packet(context, packet), format);
            avcodec_send_packet(context, null);
            require(avcodec_receive_frame(context, frame), format);
            if ((frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0 || frame.decode_error_flags() != 0) {
                throw PictureFile.damaged("the " + format + " is damaged");
            }
            return frame;
        } catch (RuntimeException e) {
            av_frame_free(frame);
            throw e;
        } finally {
            av_packet_free(packet);
            avcodec_free_context(context);
        }
    }

    private static void require(int code, ImageFormat format) {
        if (code >= 0) return;
        String why = "the " + format + " cannot be decoded: " + Libav.describe(code);
        if (code == Libav.NO_MEMORY) throw new MediaRefusedException(Reason.TOO_LARGE, why);
        if (code == Libav.NOT_IMPLEMENTED) {
            throw new MediaRefusedException(Reason.UNSUPPORTED, why + "; save it anew as JPEG or PNG");
        }
        throw PictureFile.damaged(why);
    }

    private Decoded gif() {
        try (MediaSource source = MediaSource.open(file, new MediaSource.Policy("gif", "gif", limits.maxPixels()));
                MediaDecoder decoder = new MediaDecoder(source)) {
            requirePixels(source.width(), source.height());
            AVFrame first = decoder.next();
            if (first == null) throw PictureFile.damaged("the GIF holds no picture");
            AVFrame kept = Libav.allocated(av_frame_clone(first), "a frame");
            if (Canvas.hasAlpha(kept)) {
                Libav.check(av_frame_make_writable(kept), "a frame");
                Canvas.overWhite(kept);
            }
            return new Decoded(
                    ImageFormat.GIF, kept, kept.width(), kept.height(), PictureColours.SRGB, Orientation.UPRIGHT);
        }
    }
}
