package dev.zoetrope.codec.writing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.codec.Clips;
import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.FrameRate;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.reading.VideoInfo;
import dev.zoetrope.codec.reading.VideoProbe;
import dev.zoetrope.codec.reading.VideoReader;
import dev.zoetrope.codec.untrusted.Judge;
import dev.zoetrope.tensors.HostTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SegmentAssemblerTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(VideoCodec.class)
    void segments_become_one_video_without_encoding_again(VideoCodec codec) {
        // Given
        HostTensor clip = Clips.ball(70, 64, 96);
        List<Path> segments = List.of(
                segment("a", Clips.slice(clip, 0, 33), codec, 24),
                segment("b", Clips.slice(clip, 33, 34), codec, 24),
                segment("c", Clips.slice(clip, 34, 70), codec, 24));
        Path video = folder.resolve("video.mp4");

        // When
        long frames = SegmentAssembler.join(segments, video, VideoMetadata.madeByAi("toybox", "video_1"));

        // Then
        assertThat(frames).isEqualTo(70);
        VideoInfo info = VideoProbe.probe(video);
        assertThat(info.frames()).isEqualTo(70);
        assertThat(info.seconds()).isBetween(70 / 24.0 - 0.001, 70 / 24.0 + 0.001);
        assertThat(info.rate()).isEqualTo(FrameRate.of(24));
        assertThat(info.moovFirst()).isTrue();
        assertThat(info.bt709()).isTrue();
        assertThat(Judge.complaints(video)).isEmpty();
        assertThat(VideoProbe.xmp(video)).isPresent();
        assertThat(VideoReader.readAll(video, 100).bytes()).isEqualTo(framesOf(segments));
    }

    @Test
    void one_segment_is_a_video() {
        // Given
        Path segment = segment("a", Clips.ball(5, 32, 32), VideoCodec.H264, 16);
        Path video = folder.resolve("video.mp4");

        // When
        long frames = SegmentAssembler.join(List.of(segment), video, VideoMetadata.NONE);

        // Then
        assertThat(frames).isEqualTo(5);
        assertThat(VideoReader.readAll(video, 10)).isEqualTo(VideoReader.readAll(segment, 10));
    }

    @Test
    void segments_that_do_not_fit_together_are_named() {
        // Given
        Path one = segment("one", Clips.ball(5, 32, 32), VideoCodec.H264, 16);
        Path wider = segment("wider", Clips.ball(5, 32, 64), VideoCodec.H264, 16);
        Path faster = segment("faster", Clips.ball(5, 32, 32), VideoCodec.H264, 24);
        Path video = folder.resolve("video.mp4");

        // When / Then
        assertThatThrownBy(() -> SegmentAssembler.join(List.of(one, wider), video, VideoMetadata.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("32x32", "64x32", "wider.mp4");
        assertThatThrownBy(() -> SegmentAssembler.join(List.of(one, faster), video, VideoMetadata.NONE))
                .hasMessageContainingAll("16 fps", "24 fps", "faster.mp4");
        assertThatThrownBy(() -> SegmentAssembler.join(List.of(), video, VideoMetadata.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(video).doesNotExist();
    }

    @Test
    void what_is_no_video_is_refused() throws IOException {
        // Given
        Path text = Files.writeString(folder.resolve("text.mp4"), "no video");
        Path video = folder.resolve("video.mp4");

        // When / Then
        assertThatThrownBy(() -> SegmentAssembler.join(List.of(text), video, VideoMetadata.NONE))
                .isInstanceOf(MediaRefusedException.class);
        assertThatThrownBy(
                        () -> SegmentAssembler.join(List.of(folder.resolve("missing.mp4")), video, VideoMetadata.NONE))
                .isInstanceOf(CodecFailedException.class)
                .hasMessageContaining("missing.mp4");
        assertThat(video).doesNotExist();
    }

    private Path segment(String name, HostTensor clip, VideoCodec codec, int rate) {
        Path file = folder.resolve(name + ".mp4");
        VideoFormat format = VideoFormat.of((int) clip.size(2), (int) clip.size(1), rate);
        try (VideoWriter writer = VideoWriter.create(file, format, EncoderSettings.of(codec), VideoMetadata.NONE)) {
            writer.write(clip);
            writer.finish();
        }
        return file;
    }

    private static byte[] framesOf(List<Path> segments) {
        List<byte[]> parts = new ArrayList<>();
        segments.forEach(segment -> parts.add(VideoReader.readAll(segment, 100).bytes()));
        byte[] all = new byte[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
