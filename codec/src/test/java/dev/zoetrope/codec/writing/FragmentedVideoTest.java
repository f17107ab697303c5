package dev.zoetrope.codec.writing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.codec.Clips;
import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.FrameRate;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.reading.VideoInfo;
import dev.zoetrope.codec.reading.VideoProbe;
import dev.zoetrope.codec.reading.VideoReader;
import dev.zoetrope.codec.untrusted.Judge;
import dev.zoetrope.tensors.HostTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FragmentedVideoTest {
    private static final VideoMetadata MADE = VideoMetadata.madeByAi("toybox", "video_1");

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(VideoCodec.class)
    void a_stream_shows_what_the_file_shows(VideoCodec codec) throws IOException {
        // Given
        HostTensor clip = Clips.ball(70, 64, 96);
        VideoFormat format = VideoFormat.of(96, 64, 16);
        Path file = write(clip, format, EncoderSettings.of(codec));
        Path stream = folder.resolve("stream.mp4");

        // When
        try (OutputStream out = Files.newOutputStream(stream);
                FragmentedVideoWriter writer = FragmentedVideoWriter.create(
                        FragmentSink.of(out), format, EncoderSettings.of(codec), VideoMetadata.NONE, 0.25)) {
            writer.write(clip);
            writer.finish();
        }

        // Then
        assertThat(VideoReader.readAll(stream, 100)).isEqualTo(VideoReader.readAll(file, 100));
        assertThat(Judge.complaints(stream)).isEmpty();
        VideoInfo info = VideoProbe.probe(stream);
        assertThat(info.frames()).isEqualTo(70);
        assertThat(info.rate()).isEqualTo(FrameRate.of(16));
        assertThat(info.bt709()).isTrue();
    }

    @Test
    void bytes_come_out_while_frames_go_in() {
        // Given
        HostTensor clip = Clips.ball(48, 64, 64);
        Recorder recorder = new Recorder();
        List<Integer> fragmentsAfterFrame = new ArrayList<>();

        // When
        try (FragmentedVideoWriter writer = FragmentedVideoWriter.create(
                recorder, VideoFormat.of(64, 64, 16), EncoderSettings.H264, VideoMetadata.NONE, 0.25)) {
            for (int i = 0; i < 48; i++) {
                writer.write(Clips.slice(clip, i, i + 1));
                fragmentsAfterFrame.add(recorder.fragments.size());
            }
            writer.finish();
        }

        // Then
        assertThat(fragmentsAfterFrame.get(4)).isEqualTo(1);
        assertThat(fragmentsAfterFrame.get(24)).isEqualTo(6);
        assertThat(recorder.fragments).hasSize(12).allSatisfy(f -> assertThat(f.frames())
                .isEqualTo(4));
        assertThat(recorder.fragments.stream().map(Fragment::firstFrame).toList())
                .isEqualTo(List.of(0L, 4L, 8L, 12L, 16L, 20L, 24L, 28L, 32L, 36L, 40L, 44L));
        assertThat(recorder.fragments.stream().filter(Fragment::independent).map(Fragment::firstFrame))
                .containsExactly(0L, 32L);
    }

    @Test
    void segments_made_apart_play_as_one_stream() throws IOException {
        // Given
        HostTensor clip = Clips.ball(81, 64, 64);
        VideoFormat format = VideoFormat.of(64, 64, 16);
        Recorder recorder = new Recorder();

        // When
        long frames = 0;
        for (int[] part : new int[][] {{0, 33}, {33, 41}, {41, 81}}) {
            Path segment = write(Clips.slice(clip, part[0], part[1]), format, EncoderSettings.H264);
            frames += SegmentFragmenter.fragment(segment, frames, MADE, recorder);
        }

        // Then
        Path stream = Files.write(folder.resolve("stream.mp4"), recorder.all());
        assertThat(frames).isEqualTo(81);
        assertThat(recorder.fragments).allMatch(Fragment::independent);
        assertThat(recorder.initializations).hasSize(3);
        assertThat(recorder.initializations.stream().map(Arrays::hashCode).distinct())
                .hasSize(1);
        assertThat(new String(recorder.initializations.get(0), StandardCharsets.UTF_8))
                .contains("toybox");
        assertThat(Judge.complaints(stream)).isEmpty();
        assertThat(VideoProbe.probe(stream).seconds()).isBetween(81 / 16.0 - 0.01, 81 / 16.0 + 0.01);
        assertThat(VideoReader.readAll(stream, 100).size(0)).isEqualTo(81);
    }

    @Test
    void players_follow_the_playlist() throws IOException {
        // Given
        Path segment = write(Clips.ball(81, 64, 64), VideoFormat.of(64, 64, 16), EncoderSettings.H264);
        Recorder recorder = new Recorder();
        SegmentFragmenter.fragment(segment, 0, MADE, recorder);
        List<HlsPlaylist.Segment> segments = new ArrayList<>();
        Files.write(folder.resolve("init.mp4"), recorder.initializations.get(0));
        for (Fragment fragment : recorder.fragments) {
            String name = "s" + fragment.firstFrame() + ".m4s";
            Files.write(folder.resolve(name), fragment.bytes());
            segments.add(new HlsPlaylist.Segment(name, fragment.seconds()));
        }

        // When
        Path playlist = Files.writeString(
                folder.resolve("video.m3u8"), new HlsPlaylist("init.mp4", segments, 2, true).render());

        // Then
        assertThat(segments).hasSize(3);
        assertThat(Judge.complaints(playlist)).isEmpty();
        assertThat(Judge.entry(playlist, "nb_read_frames")).contains("81");
    }

    @Test
    void a_playlist_only_ever_grows() {
        // Given
        List<HlsPlaylist.Segment> segments = List.of(new HlsPlaylist.Segment("a.m4s", 2.0));

        // When
        String text = new HlsPlaylist("init.mp4", segments, 2, false).render();

        // Then
        assertThat(text)
                .contains("PLAYLIST-TYPE:EVENT", "#EXTINF:2.000000,\na.m4s\n")
                .doesNotContain("ENDLIST");
        assertThat(new HlsPlaylist("init.mp4", segments, 2, true).render()).isEqualTo(text + "#EXT-X-ENDLIST\n");
        assertThatThrownBy(() -> new HlsPlaylist("init.mp4", segments, 1, false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_receiver_that_fails_is_told_apart_from_the_codec() {
        // Given
        FragmentSink broken = FragmentSink.of(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("the client went away");
            }
        });

        // When / Then
        assertThatThrownBy(() -> FragmentedVideoWriter.create(
                        broken, VideoFormat.of(64, 64, 16), EncoderSettings.H264, VideoMetadata.NONE, 1))
                .isInstanceOf(CodecFailedException.class)
                .hasRootCauseMessage("the client went away");
    }

    private static final class Recorder implements FragmentSink {
        private final List<byte[]> initializations = new ArrayList<>();
        private final List<Fragment> fragments = new ArrayList<>();

        @Override
        public void initialization(byte[] bytes) {
            initializations.add(bytes);
        }

        @Override
        public void fragment(Fragment fragment) {
            fragments.add(fragment);
        }

        byte[] all() {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(initializations.get(0));
            fragments.forEach(fragment -> all.writeBytes(fragment.bytes()));
            return all.toByteArray();
        }
    }

    private Path write(HostTensor clip, VideoFormat format, EncoderSettings settings) {
        Path file = folder.resolve("file.mp4");
        try (VideoWriter writer = VideoWriter.create(file, format, settings, VideoMetadata.NONE)) {
            writer.write(clip);
            writer.finish();
        }
        return file;
    }
}
