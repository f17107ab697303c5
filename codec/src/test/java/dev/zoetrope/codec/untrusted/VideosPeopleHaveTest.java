package dev.zoetrope.codec.untrusted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.codec.Clips;
import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.MediaDescription;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.codec.MediaTarget;
import dev.zoetrope.codec.Quality;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.reading.Mp4Boxes;
import dev.zoetrope.codec.writing.VideoWriter;
import dev.zoetrope.tensors.HostTensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What recorders, phones, browsers and editors write: it is read as FFmpeg and browsers show it, or refused before it is planned with. */
class VideosPeopleHaveTest {
    private static final int WHITE = 0xffffff;
    private static final int RED = 0xff0000;
    private static final int GREEN = 0x00ff00;
    private static final int BLUE = 0x0000ff;
    private static final int YELLOW = 0xffff00;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "browser.webm, -c:v libvpx -f webm -live 1",
        "browser9.webm, -c:v libvpx-vp9 -f webm -live 1",
        "recorder.mkv, -c:v libopenh264 -f matroska -live 1",
        "whole.webm, -c:v libvpx",
        "phone.mp4, -c:v libopenh264",
        "stream.mp4, -c:v libopenh264 -movflags frag_keyframe+empty_moov+default_base_moof",
        "hybrid.mp4, -c:v libopenh264 -movflags frag_every_frame+empty_moov+delay_moov",
        "camera.ts, -c:v libopenh264",
        "old.avi, -c:v mpeg4",
        "indexless.avi, -c:v mjpeg -write_bext 0 -reserve_index_space 0",
        "dvd.ts, -c:v mpeg2video",
        "animation.gif, -loop 0",
        "animation.apng, -plays 0",
        "editor.mov, -c:v prores_ks",
        "late.mkv, -c:v libopenh264 -output_ts_offset 7.25",
        "late.ts, -c:v libopenh264 -output_ts_offset 90000"
    })
    void a_video_has_as_many_frames_as_are_decoded_whatever_its_header_says(String name, String encoder) {
        // Given: two seconds at 24 a second
        Path file = pattern(name, 2, encoder);

        // When
        CheckedMedia checked = check(file, 8);

        // Then
        assertThat(checked.description().still()).isFalse();
        assertThat(checked.frames()).isEqualTo(16);
        assertThat(frames(file, 8).size(0)).isEqualTo(16);
    }

    @Test
    void frames_before_the_start_of_a_presentation_are_not_counted() {
        // Given: two seconds, the first half second of which lies before 0, which FFmpeg and browsers do not show
        Path file = pattern("early.mp4", 2, "-c:v libopenh264 -output_ts_offset -0.5 -avoid_negative_ts disabled");

        // When
        CheckedMedia checked = check(file, 8);

        // Then
        assertThat(checked.frames()).isEqualTo(12);
        assertThat(frames(file, 8).size(0)).isEqualTo(12);
    }

    @ParameterizedTest
    @CsvSource({
        "variable.mkv, setpts='(N+0.3*sin(N))/24/TB', -fps_mode vfr -c:v libopenh264",
        "variable.webm, setpts='N*N/20/24/TB', -fps_mode vfr -c:v libvpx -f webm -live 1",
        "thousand.webm, setpts='N*1.001/24/TB', -fps_mode passthrough -enc_time_base 1/1000 -c:v libvpx",
        "one.mp4, trim=end_frame=1, -c:v libopenh264",
        "one.webm, trim=end_frame=1, -c:v libvpx -f webm -live 1",
        "reordered.mp4, null, -c:v mpeg4 -bf 2",
        "reordered.avi, null, -c:v mpeg4 -bf 2",
        "slow.gif, setpts='N*1.3/TB', -fps_mode vfr",
        "turbo.mp4, null, -c:v libopenh264 -r 240",
        "crawl.mp4, null, -c:v libopenh264 -r 1"
    })
    void what_is_counted_before_is_what_is_read_after(String name, String filter, String encoder) {
        // Given
        Path file = pattern(name, 2, "-vf " + filter + " " + encoder);

        // When
        CheckedMedia checked = check(file, 16);

        // Then
        assertThat(frames(file, 16).size(0)).isEqualTo(checked.frames()).isPositive();
    }

    @Test
    void what_an_edit_list_leaves_out_is_not_counted() {
        // Given: the second second of a video whose only key frame is its first
        Path whole = pattern("whole.mp4", 2, "-c:v libopenh264 -g 1000");
        Path file = folder.resolve("cut.mp4");
        Judge.ffmpeg("-ss", "1", "-i", whole.toString(), "-c", "copy", file.toString());

        // When
        CheckedMedia checked = check(file, 24);

        // Then
        assertThat(checked.frames()).isEqualTo(24);
        assertThat(frames(file, 24).size(0)).isEqualTo(24);
    }

    @ParameterizedTest
    @CsvSource({"still.gif, true", "still.apng, true", "still.mp4, false", "still.webm, false"})
    void a_still_is_told_by_what_it_is(String name, boolean still) {
        // Given
        Path file = pattern(name, 2, "-frames:v 1");

        // When
        CheckedMedia checked = check(file, 8);

        // Then
        assertThat(checked.description().still()).isEqualTo(still);
        assertThat(checked.frames()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0,10", "1,10", "2,2", "3,3", "50,50"})
    void delays_of_a_gif_are_those_of_browsers(int centiseconds, int shown) throws IOException {
        // Given: ten pictures
        Path file = pattern("delays.gif", 1, "-frames:v 10");
        byte[] gif = Files.readAllBytes(file);
        for (int i = 0; i < gif.length - 8; i++) {
            boolean control = gif[i] == 0x21 && (gif[i + 1] & 0xff) == 0xF9 && gif[i + 2] == 4;
            if (control) gif[i + 4] = (byte) centiseconds;
        }
        Files.write(file, gif);

        // When
        CheckedMedia checked = check(file, 100);

        // Then
        assertThat(checked.frames()).isEqualTo(10L * shown);
    }

    /** Corners as stored: red, green; blue, yellow. */
    @ParameterizedTest
    @CsvSource({
        "'',                                            RED GREEN BLUE YELLOW",
        "-display_rotation:v:0 -90,                     BLUE RED YELLOW GREEN",
        "-display_rotation:v:0 180,                     YELLOW BLUE GREEN RED",
        "-display_rotation:v:0 90,                      GREEN YELLOW RED BLUE",
        "-display_hflip:v:0,                            GREEN RED YELLOW BLUE",
        "-display_vflip:v:0,                            BLUE YELLOW RED GREEN",
        "-display_rotation:v:0 90 -display_hflip:v:0,   '' ",
        "-display_rotation:v:0 -90 -display_hflip:v:0,  '' "
    })
    void a_video_is_turned_and_mirrored_as_players_show_it(String matrix, String corners) {
        // Given
        Path stored = folder.resolve("stored.mp4");
        Judge.ffmpeg(
                "-f", "lavfi", "-i", CORNERS, "-frames:v", "3", "-c:v", "libopenh264", "-b:v", "4M", stored.toString());
        Path file = folder.resolve("shown.mp4");
        List<String> arguments = new ArrayList<>(matrix.isEmpty() ? List.of() : List.of(matrix.split(" ")));
        arguments.addAll(List.of("-i", stored.toString(), "-c", "copy", file.toString()));
        Judge.ffmpeg(arguments.toArray(String[]::new));

        // When
        MediaDescription description = UntrustedMediaReader.probe(file, MediaLimits.VIDEO);
        HostTensor read = first(file, description.width(), description.height());

        // Then
        if (!corners.isBlank()) assertThat(corners(read)).isEqualTo(corners);
        assertThat(corners(read)).isEqualTo(corners(judged(file, description.width(), description.height())));
    }

    @ParameterizedTest
    @CsvSource({
        "hflip.mp4,     GREEN RED YELLOW BLUE",
        "vflip.mp4,     BLUE YELLOW RED GREEN",
        "transpose.mp4, RED BLUE GREEN YELLOW"
    })
    void a_mirrored_video_of_a_phone_is_shown_mirrored(String name, String corners) {
        // Given
        Path file = sample(name);

        // When
        MediaDescription description = UntrustedMediaReader.probe(file, MediaLimits.VIDEO);

        // Then
        assertThat(corners(first(file, description.width(), description.height())))
                .isEqualTo(corners);
    }

    @ParameterizedTest
    @CsvSource({
        "screen.webm, -c:v libvpx-vp9 -pix_fmt yuva420p",
        "screen8.webm, -c:v libvpx -pix_fmt yuva420p -auto-alt-ref 0",
        "editor.mov, -c:v prores_ks -pix_fmt yuva444p10le",
        "animation.mov, -c:v qtrle -pix_fmt argb",
        "pictures.mov, -c:v png -pix_fmt rgba",
        "animation.apng, -plays 0 -pix_fmt rgba",
        "animation.gif, -vf split[a][b];[a]palettegen=reserve_transparent=1[p];[b][p]paletteuse -loop 0"
    })
    void what_is_transparent_is_shown_over_white(String name, String encoder) {
        // Given: the left half is red, the right half shows what is behind it
        Path file = folder.resolve(name);
        List<String> arguments = new ArrayList<>(List.of(
                "-f", "lavfi", "-i", "color=red:s=64x48:r=8:d=1,format=rgba,geq=r=255:g=0:b=0:a='255*lt(X,32)'"));
        arguments.addAll(List.of(encoder.split(" ")));
        arguments.add(file.toString());
        Judge.ffmpeg(arguments.toArray(String[]::new));

        // When
        HostTensor read = frames(file, 8);

        // Then
        assertThat(read.size(0)).isEqualTo(8);
        assertThat(nearest(read, 5, 16, 24)).isEqualTo("RED");
        assertThat(nearest(read, 5, 56, 24)).isEqualTo("WHITE");
    }

    @ParameterizedTest
    @CsvSource({
        "a.webm, -c:v libvpx",
        "b.webm, -c:v libvpx-vp9",
        "c.mkv, -c:v libopenh264",
        "d.webm, -c:v libvpx -f webm -live 1",
        "e.mp4, -c:v libopenh264",
        "f.mp4, -c:v libopenh264 -movflags faststart",
        "g.mp4, -c:v libopenh264 -movflags frag_keyframe+empty_moov -g 8",
        "h.avi, -c:v mjpeg",
        "i.ts, -c:v libopenh264",
        "j.gif, -loop 0",
        "k.apng, -plays 0",
        "l.mov, -c:v prores_ks"
    })
    void a_file_that_is_cut_off_is_refused_before_it_is_planned_with(String name, String encoder) throws IOException {
        // Given
        byte[] whole = Files.readAllBytes(pattern(name, 2, encoder));

        for (double part : new double[] {0.5, 0.9}) {
            // When
            Path cut =
                    Files.write(folder.resolve("cut-" + name), Arrays.copyOf(whole, (int) (whole.length * part) | 1));

            // Then
            assertRefused(cut, Reason.DAMAGED, "");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.webm, -c:v libvpx-vp9",
        "b.mkv, -c:v libopenh264",
        "c.mp4, -c:v libopenh264",
        "d.mp4, -c:v mpeg4",
        "e.mov, -c:v prores_ks",
        "f.mp4, -c:v libsvtav1 -preset 12"
    })
    void a_file_with_a_hole_is_refused_before_it_is_planned_with(String name, String encoder) throws IOException {
        // Given
        byte[] bytes = Files.readAllBytes(pattern(name, 2, encoder));
        Arrays.fill(bytes, bytes.length / 3, bytes.length * 2 / 3, (byte) 0);

        // When
        Path holed = Files.write(folder.resolve("holed-" + name), bytes);

        // Then
        assertRefused(holed, Reason.DAMAGED, "");
    }

    @Test
    void a_recording_without_its_index_is_refused_by_name() throws IOException {
        // Given
        byte[] whole = Files.readAllBytes(pattern("whole.mp4", 1, "-c:v libopenh264"));
        Mp4Boxes.Box index = Mp4Boxes.of(folder.resolve("whole.mp4")).stream()
                .filter(box -> box.type().equals("moov"))
                .findFirst()
                .orElseThrow();

        // When
        Path file = Files.write(folder.resolve("cut.mp4"), Arrays.copyOf(whole, (int) index.position() - 8));

        // Then
        assertRefused(file, Reason.DAMAGED, "the file has no index (moov)");
    }

    @ParameterizedTest
    @CsvSource({
        "clip.flv,  -c:v flv1,       flv",
        "clip.wmv,  -c:v wmv2,       asf",
        "clip.mpg,  -c:v mpeg2video, mpeg",
        "clip.mkv,  -c:v ffv1,       ffv1",
        "clip.nut,  -c:v mpeg4,      nut"
    })
    void a_kind_that_is_not_read_is_refused_by_name_with_what_to_do(String name, String encoder, String kind) {
        // Given
        Path file = pattern(name, 1, encoder);

        // When / Then
        assertRefused(file, Reason.UNSUPPORTED, "came " + kind + "; convert it");
    }

    @Test
    void a_cover_picture_is_no_video() {
        // Given
        Path cover = pattern("cover.png", 1, "-frames:v 1");
        Path song = folder.resolve("song.m4a");
        Judge.ffmpeg(
                "-f",
                "lavfi",
                "-i",
                "sine=duration=1",
                "-i",
                cover.toString(),
                "-map",
                "0",
                "-map",
                "1",
                "-c:a",
                "aac",
                "-c:v",
                "copy",
                "-disposition:v:0",
                "attached_pic",
                "-f",
                "mp4",
                song.toString());

        // When / Then
        assertRefused(song, Reason.NO_FRAMES, "only sound with a cover picture");
    }

    @Test
    void an_encrypted_video_is_refused_by_name() {
        // Given
        Path file = pattern(
                "locked.mp4",
                1,
                "-c:v libopenh264 -encryption_scheme cenc-aes-ctr -encryption_key 76a6c65c5ea762046bd749a2e632ccbb"
                        + " -encryption_kid a7e61c373e219033c21091fa607bf3b8");

        // When / Then
        assertRefused(file, Reason.UNSUPPORTED, "encrypted");
    }

    @Test
    void an_animated_webp_is_refused_as_a_video_by_name() throws IOException {
        // Given
        Path file = folder.resolve("animation.webp");
        Path clip = folder.resolve("clip.mp4");
        try (VideoWriter writer = VideoWriter.create(clip, VideoFormat.of(32, 32, 8))) {
            writer.write(Clips.ball(9, 32, 32));
            writer.finish();
        }
        Judge.ffmpeg("-i", clip.toString(), "-c:v", "libwebp_anim", file.toString());

        // When / Then
        assertRefused(file, Reason.UNSUPPORTED, "animated WebP");
    }

    @Test
    void sound_subtitles_chapters_and_a_second_track_do_not_matter() throws IOException {
        // Given
        Path words = Files.writeString(folder.resolve("words.srt"), "1\n00:00:00,000 --> 00:00:01,500\nHello\n");
        Path chapters = Files.writeString(
                folder.resolve("chapters.txt"),
                ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=One\n");
        Path file = folder.resolve("rich.mkv");
        Judge.ffmpeg(
                "-f",
                "lavfi",
                "-i",
                "testsrc2=s=96x64:r=24:d=2",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=s=48x32:r=5:d=9",
                "-f",
                "lavfi",
                "-i",
                "sine=duration=5",
                "-i",
                words.toString(),
                "-i",
                chapters.toString(),
                "-map",
                "0",
                "-map",
                "1",
                "-map",
                "2",
                "-map",
                "3",
                "-map_metadata",
                "4",
                "-c:v",
                "libopenh264",
                "-disposition:v:0",
                "default",
                file.toString());

        // When
        CheckedMedia checked = check(file, 8);

        // Then
        assertThat(checked.description().width()).isEqualTo(96);
        assertThat(checked.frames()).isEqualTo(16);
    }

    @ParameterizedTest
    @CsvSource({
        "bt709, tv",
        "bt709, pc",
        "smpte170m, tv",
        "smpte170m, pc",
        "bt470bg, tv",
        "bt2020nc, tv",
        "bt2020nc, pc"
    })
    void colours_are_those_of_the_matrix_and_range_that_the_file_says(String matrix, String range) {
        // Given
        Path file = folder.resolve("colours.mkv");
        Judge.ffmpeg(
                "-f",
                "lavfi",
                "-i",
                CORNERS,
                "-frames:v",
                "3",
                "-vf",
                "scale=out_color_matrix=" + matrix.replace("bt2020nc", "bt2020").replace("bt470bg", "bt470")
                        + ":out_range=" + range + ",format=yuv444p",
                "-colorspace",
                matrix,
                "-color_range",
                range,
                "-c:v",
                "libvpx-vp9",
                "-lossless",
                "1",
                file.toString());

        // When
        HostTensor read = first(file, 96, 64);

        // Then
        assertThat(corners(read)).isEqualTo("RED GREEN BLUE YELLOW");
        assertThat(Quality.meanColourError(judged(file, 96, 64), read)).isLessThan(1.5);
    }

    private static final String CORNERS =
            "color=red:s=96x64:r=8:d=1,format=rgb24,drawbox=x=48:y=0:w=48:h=32:c=lime:t=fill,"
                    + "drawbox=x=0:y=32:w=48:h=32:c=blue:t=fill,drawbox=x=48:y=32:w=48:h=32:c=yellow:t=fill";

    private static CheckedMedia check(Path file, int rate) {
        return UntrustedMediaReader.check(
                file, MediaTarget.of(VideoFormat.of(64, 48, rate), Fit.COVER), MediaLimits.VIDEO);
    }

    private static void assertRefused(Path file, Reason reason, String message) {
        assertThatThrownBy(() -> check(file, 8))
                .asInstanceOf(InstanceOfAssertFactories.type(MediaRefusedException.class))
                .satisfies(e -> assertThat(e).hasMessageContaining(message))
                .extracting(MediaRefusedException::reason)
                .isEqualTo(reason);
    }

    private static HostTensor frames(Path file, int rate) {
        return read(file, MediaTarget.of(VideoFormat.of(64, 48, rate), Fit.COVER));
    }

    private static HostTensor first(Path file, int width, int height) {
        return read(
                file,
                MediaTarget.of(VideoFormat.of(width, height, 8), Fit.COVER).atMost(1));
    }

    private static HostTensor read(Path file, MediaTarget target) {
        try (UntrustedMediaReader reader = UntrustedMediaReader.open(file, target, MediaLimits.ACCEPTED)) {
            Optional<HostTensor> all = reader.read(10_000);
            return all.orElseThrow();
        }
    }

    /** The first frame as FFmpeg's own program shows it. */
    private HostTensor judged(Path file, int width, int height) {
        Path raw = folder.resolve("judged.raw");
        Judge.ffmpeg("-i", file.toString(), "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", raw.toString());
        try {
            return HostTensor.ofBytes(Files.readAllBytes(raw), 1, height, width, 3);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path pattern(String name, int seconds, String encoder) {
        Path file = folder.resolve(name);
        List<String> arguments = new ArrayList<>(List.of("-f", "lavfi", "-i", "testsrc=s=64x48:r=24:d=" + seconds));
        arguments.addAll(List.of(encoder.split(" ")));
        arguments.add(file.toString());
        String complaint = Judge.ffmpeg(arguments.toArray(String[]::new));
        assertThat(file).as(complaint).exists();
        return file;
    }

    private static String corners(HostTensor frames) {
        int width = (int) frames.size(2);
        int height = (int) frames.size(1);
        return String.join(
                " ",
                nearest(frames, 0, width * 2 / 5, height * 2 / 5),
                nearest(frames, 0, width * 3 / 5, height * 2 / 5),
                nearest(frames, 0, width * 2 / 5, height * 3 / 5),
                nearest(frames, 0, width * 3 / 5, height * 3 / 5));
    }

    private static String nearest(HostTensor frames, int frame, int x, int y) {
        int[] colour = colour(frames, frame, x, y);
        String best = "";
        double least = Double.MAX_VALUE;
        for (Named named : List.of(
                new Named("WHITE", WHITE),
                new Named("RED", RED),
                new Named("GREEN", GREEN),
                new Named("BLUE", BLUE),
                new Named("YELLOW", YELLOW),
                new Named("BLACK", 0))) {
            double distance = Math.hypot(
                    Math.hypot(colour[0] - (named.rgb >> 16), colour[1] - (named.rgb >> 8 & 0xff)),
                    colour[2] - (named.rgb & 0xff));
            if (distance < least) {
                least = distance;
                best = named.name;
            }
        }
        return best;
    }

    private record Named(String name, int rgb) {}

    private static int[] colour(HostTensor frames, int frame, int x, int y) {
        int at = (int) (((frame * frames.size(1) + y) * frames.size(2) + x) * 3);
        return new int[] {
            frames.data().get(at) & 0xff,
            frames.data().get(at + 1) & 0xff,
            frames.data().get(at + 2) & 0xff
        };
    }

    private Path sample(String name) {
        Path file = folder.resolve(name);
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/samples/" + name))) {
            Files.copy(in, file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
