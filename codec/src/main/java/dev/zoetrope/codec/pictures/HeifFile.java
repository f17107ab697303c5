package dev.zoetrope.codec.pictures;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AV1;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_EXPLODE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_FRAME_CROPPING;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_ICC_PROFILE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_DEFAULT;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_DEPENDENT;
import static org.bytedeco.ffmpeg.global.avformat.AV_STREAM_GROUP_PARAMS_TILE_GRID;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.Libav;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.codec.Orientation;
import dev.zoetrope.codec.reading.MediaSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avformat.AVStreamGroup;
import org.bytedeco.ffmpeg.avformat.AVStreamGroupTileGrid;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * A HEIC or AVIF (ISO/IEC 23008-12): its primary picture, which phones cut into tiles, with its alpha channel, turned as the file
 * says. What EXIF says about turning does not count here (§6.5.10).
 */
final class HeifFile {
    private static final int MOST_STREAMS = 4096;
    private static final List<String> ALPHA =
            List.of("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", "urn:mpeg:hevc:2015:auxid:1");
    /** The file's descriptions stand in front of its pixels. */
    private static final int MOST_DESCRIPTION = 1 << 20;

    private final Path file;
    private final ImageFormat format;
    private final ByteBuffer bytes;
    private final SizeCheck check;

    /** Refuses what is too large. */
    interface SizeCheck {
        void require(long width, long height);
    }

    /** A picture of the file: one stream, or a grid of them. */
    private static final class Item {
        final int width;
        final int height;
        final List<AVPacketSideData> sideData = new ArrayList<>();
        final Map<Integer, int[]> tiles = new HashMap<>();

        @Nullable
        AVFrame picture;

        Item(int width, int height) {
            this.width = width;
            this.height = height;
        }
    }

    HeifFile(Path file, ImageFormat format, ByteBuffer bytes, SizeCheck check) {
        this.file = file;
        this.format = format;
        this.bytes = bytes;
        this.check = check;
    }

    /** @throws MediaRefusedException if libav does not know its form, it is damaged or too large */
    PictureDecoder.Decoded decode() {
        AVFormatContext context = open();
        List<Item> items = new ArrayList<>();
        try {
            items.addAll(items(context));
            items.forEach(item -> check.require(item.width, item.height));
            decode(context, items);
            return finished(items);
        } finally {
            for (Item item : items) {
                if (item.picture != null) av_frame_free(item.picture);
            }
            avformat_close_input(context);
        }
    }

    private AVFormatContext open() {
        try {
            return MediaSource.openContainer(
                    file, new MediaSource.Policy("mov", "hevc,libaom-av1,mjpeg", 0), MOST_STREAMS);
        } catch (MediaRefusedException e) {
            throw new MediaRefusedException(
                    Reason.UNSUPPORTED,
                    "the " + format
                            + " is damaged or in a form that is not read; if it can be seen elsewhere, export it"
                            + " as JPEG or PNG",
                    e);
        }
    }

    /** The primary picture, then those that may be its alpha channel. */
    private List<Item> items(AVFormatContext context) {
        List<Item> items = new ArrayList<>();
        List<Item> others = new ArrayList<>();
        for (int i = 0; i < context.nb_stream_groups(); i++) {
            AVStreamGroup group = context.stream_groups(i);
            if (group.type() != AV_STREAM_GROUP_PARAMS_TILE_GRID) continue;
            boolean primary = items.isEmpty() && (group.disposition() & AV_DISPOSITION_DEFAULT) != 0;
            (primary ? items : others).add(grid(group));
        }
        for (int i = 0; i < context.nb_streams(); i++) {
            AVStream stream = context.streams(i);
            boolean tile = (stream.disposition() & AV_DISPOSITION_DEPENDENT) != 0;
            if (stream.codecpar().codec_type() != AVMEDIA_TYPE_VIDEO || tile) continue;
            boolean primary = items.isEmpty() && (stream.disposition() & AV_DISPOSITION_DEFAULT) != 0;
            (primary ? items : others).add(single(stream));
        }
        if (items.isEmpty()) throw PictureFile.damaged("the " + format + " holds no picture");
        Item primary = items.get(0);
        if (hasAlpha()) {
            for (Item other : others) {
                if (other.width == primary.width && other.height == primary.height) items.add(other);
            }
        }
        return items;
    }

    private boolean hasAlpha() {
        int length = Math.min(bytes.limit(), MOST_DESCRIPTION);
        String head = new String(PictureFile.bytes(bytes, 0, length), StandardCharsets.ISO_8859_1);
        return ALPHA.stream().anyMatch(head::contains);
    }

    private static Item grid(AVStreamGroup group) {
        AVStreamGroupTileGrid grid = group.params_tile_grid();
        Item item = new Item(grid.horizontal_offset() + grid.width(), grid.vertical_offset() + grid.height());
        addSideData(item, grid.coded_side_data(), grid.nb_coded_side_data());
        for (int i = 0; i < grid.nb_tiles(); i++) {
            int index = grid.offsets_idx(i);
            if (index >= group.nb_streams()) throw PictureFile.damaged("the picture's grid is damaged");
            AVStream stream = group.streams(index);
            item.tiles.put(stream.index(), new int[] {grid.offsets_horizontal(i), grid.offsets_vertical(i)});
            if (i == 0)
                addSideData(
                        item,
                        stream.codecpar().coded_side_data(),
                        stream.codecpar().nb_coded_side_data());
        }
        return item;
    }

    private static Item single(AVStream stream) {
        Item item = new Item(stream.codecpar().width(), stream.codecpar().height());
        addSideData(item, stream.codecpar().coded_side_data(), stream.codecpar().nb_coded_side_data());
        item.tiles.put(stream.index(), new int[] {0, 0});
        return item;
    }

    private static void addSideData(Item item, @Nullable AVPacketSideData data, int count) {
        if (data == null || data.isNull()) return;
        for (int type : new int[] {AV_PKT_DATA_DISPLAYMATRIX, AV_PKT_DATA_FRAME_CROPPING, AV_PKT_DATA_ICC_PROFILE}) {
            AVPacketSideData found = av_packet_side_data_get(data, count, type);
            if (found != null && !found.isNull()) item.sideData.add(found);
        }
    }

    private static @Nullable ByteBuffer sideData(Item item, int type) {
        for (AVPacketSideData data : item.sideData) {
            if (data.type() == type) {
                return data.data().capacity(data.size()).asByteBuffer().order(ByteOrder.nativeOrder());
            }
        }
        return null;
    }

    private void decode(AVFormatContext context, List<Item> items) {
        int left = items.stream().mapToInt(item -> item.tiles.size()).sum();
        AVPacket packet = Libav.allocated(av_packet_alloc(), "a packet");
        try {
            while (left > 0) {
                if (av_read_frame(context, packet) < 0) throw PictureFile.cutShort(format);
                for (Item item : items) {
                    int[] at = item.tiles.remove(packet.stream_index());
                    if (at == null) continue;
                    if ((packet.flags() & AV_PKT_FLAG_CORRUPT) != 0) throw PictureFile.cutShort(format);
                    decode(context.streams(packet.stream_index()), packet, item, at);
                    left--;
                }
                av_packet_unref(packet);
            }
        } finally {
            av_packet_free(packet);
        }
    }

    private void decode(AVStream stream, AVPacket packet, Item item, int[] at) {
        AVFrame tile = Libav.allocated(av_frame_alloc(), "a frame");
        try {
            decode(stream, packet, tile);
            AVFrame picture = item.picture;
            if (picture == null) {
                picture = Canvas.like(tile, item.width, item.height);
                item.picture = picture;
            }
            Canvas.put(picture, tile, at[0], at[1]);
        } finally {
            av_frame_free(tile);
        }
    }

    private void decode(AVStream stream, AVPacket packet, AVFrame tile) {
        AVCodec codec = decoder(stream.codecpar().codec_id());
        AVCodecContext context = Libav.allocated(avcodec_alloc_context3(codec), "a decoder");
        try {
            Libav.check(avcodec_parameters_to_context(context, stream.codecpar()), "preparing the decoder");
            context.thread_count(1);
            context.err_recognition(AV_EF_EXPLODE);
            Libav.check(avcodec_open2(context, codec, (AVDictionary) null), "opening the decoder");
            int code = avcodec_send_packet(context, packet);
            if (code >= 0) {
                avcodec_send_packet(context, null);
                code = avcodec_receive_frame(context, tile);
            }
            if (code < 0) throw PictureFile.damaged("the " + format + " cannot be decoded: " + Libav.describe(code));
            if ((tile.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0 || tile.decode_error_flags() != 0) {
                throw PictureFile.damaged("the " + format + " is damaged");
            }
        } finally {
            avcodec_free_context(context);
        }
    }

    private AVCodec decoder(int codecId) {
        boolean known = codecId == AV_CODEC_ID_HEVC || codecId == AV_CODEC_ID_AV1 || codecId == AV_CODEC_ID_MJPEG;
        // libav's own AV1 decoder needs a graphics card.
        AVCodec codec =
                codecId == AV_CODEC_ID_AV1 ? avcodec_find_decoder_by_name("libaom-av1") : avcodec_find_decoder(codecId);
        if (!known || codec == null) {
            throw new MediaRefusedException(
                    Reason.UNSUPPORTED,
                    "expected a picture in HEVC or AV1 in the " + format + ", but this one is in "
                            + MediaSource.codecName(codecId) + ": export it as JPEG or PNG");
        }
        return codec;
    }

    private PictureDecoder.Decoded finished(List<Item> items) {
        Item primary = items.get(0);
        AVFrame picture = Libav.allocated(primary.picture, "a frame");
        for (Item other : items.subList(1, items.size())) {
            AVFrame alpha = Libav.allocated(other.picture, "a frame");
            if (av_pix_fmt_desc_get(alpha.format()).nb_components() == 1) {
                AVFrame rgb = Canvas.rgb(picture);
                av_frame_free(picture);
                primary.picture = rgb;
                picture = rgb;
                Canvas.overWhite(picture, alpha);
                break;
            }
        }
        ByteBuffer crop = sideData(primary, AV_PKT_DATA_FRAME_CROPPING);
        AVFrame shown = crop == null || crop.limit() < 16
                ? Canvas.part(picture, 0, 0, primary.width, primary.height)
                : Canvas.part(
                        picture,
                        crop.getInt(8),
                        crop.getInt(0),
                        primary.width - crop.getInt(8) - crop.getInt(12),
                        primary.height - crop.getInt(0) - crop.getInt(4));
        return new PictureDecoder.Decoded(
                format, shown, shown.width(), shown.height(), colours(primary, shown), orientation(primary));
    }

    private static PictureColours colours(Item item, AVFrame picture) {
        ByteBuffer profile = sideData(item, AV_PKT_DATA_ICC_PROFILE);
        if (profile == null) {
            return PictureColours.of(RgbSpace.ofCodePoints(picture.color_primaries(), picture.color_trc()));
        }
        int components = av_pix_fmt_desc_get(picture.format()).nb_components();
        return PictureColours.icc(PictureFile.bytes(profile, 0, profile.limit()), components == 1 ? 1 : 3);
    }

    private static Orientation orientation(Item item) {
        ByteBuffer matrix = sideData(item, AV_PKT_DATA_DISPLAYMATRIX);
        if (matrix == null || matrix.limit() < 20) return Orientation.UPRIGHT;
        int a = Integer.signum(matrix.getInt(0));
        int b = Integer.signum(matrix.getInt(4));
        int c = Integer.signum(matrix.getInt(12));
        int d = Integer.signum(matrix.getInt(16));
        int clockwise = c < 0 ? 90 : c > 0 ? 270 : d < 0 ? 180 : 0;
        return new Orientation(a * d - b * c < 0, clockwise);
    }
}
