package dev.zoetrope.codec.writing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.codec.Clips;
import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.FrameRate;
import dev.zoetrope.codec.Quality;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.reading.VideoInfo;
import dev.zoetrope.codec.reading.VideoProbe;
import dev.zoetrope.codec.reading.VideoReader;
import dev.zoetrope.codec.untrusted.Judge;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VideoWriterTest {
    @TempDir
    Path folder;

    @Test
    void a_clip_comes_back_as_it_went_in() {
        // Given
        HostTensor clip = Clips.toybox();

        // When
        Path video = write(clip, FrameRate.of(16), VideoMetadata.NONE);

        // Then
        HostTensor back = VideoReader.readAll(video, 1000);
        assertThat(back.shape()).containsExactly(33, 64, 64, 3);
        assertThat(Quality.psnrY(clip, back)).isGreaterThan(38);
    }

    @Test
    void the_file_is_what_a_player_expects() {
        // Given
        HostTensor clip = Clips.ball(33, 96, 64);

        // When
        Path video = write(clip, FrameRate.of(16), VideoMetadata.NONE);

        // Then
        VideoInfo info = VideoProbe.probe(video);
        assertThat(info).isEqualTo(new VideoInfo("h264", 64, 96, 0, 33, FrameRate.of(16), 33 / 16.0, true, true));
        assertThat(Judge.complaints(video)).isEmpty();
        assertThat(Judge.entry(video, "profile,color_range,color_space,color_transfer,color_primaries,nb_read_frames"))
                .isEqualTo("High,tv,bt709,bt709,bt709,33");
    }

    @ParameterizedTest
    @CsvSource({"24000,1001,23.976", "30000,1001,29.97", "25,2,12.5", "1,1,1", "60,1,60"})
    void a_fractional_rate_stays_what_it_is(int numerator, int denominator, double perSecond) {
        // Given
        FrameRate rate = new FrameRate(numerator, denominator);

        // When
        Path video = write(Clips.ball(9, 32, 48), rate, VideoMetadata.NONE);

        // Then
        VideoInfo info = VideoProbe.probe(video);
        assertThat(info.rate()).isEqualTo(rate);
        assertThat(info.seconds()).isBetween(9 / perSecond - 0.002, 9 / perSecond + 0.002);
        assertThat(Judge.complaints(video)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"255,0,0", "0,255,0", "0,0,255", "255,255,255", "0,0,0", "128,128,128", "255,255,0", "30,200,120"})
    void a_colour_stays_that_colour(int red, int green, int blue) {
        // Given
        HostTensor clip = Clips.flat(5, 64, 64, red, green, blue);

        // When
        Path video = write(clip, FrameRate.of(16), VideoMetadata.NONE);

        // Then
        assertThat(Quality.meanColourError(clip, VideoReader.readAll(video, 10)))
                .isLessThan(2.5);
    }

    @Test
    void other_decoders_see_the_same_colour() throws IOException {
        // Given
        HostTensor clip = Clips.flat(3, 64, 64, 30, 200, 120);
        Path video = write(clip, FrameRate.of(16), VideoMetadata.NONE);
        Path raw = folder.resolve("frames.rgb");

        // When
        String said = Judge.ffmpeg("-i", video.toString(), "-f", "rawvideo", "-pix_fmt", "rgb24", raw.toString());

        // Then
        assertThat(said).isEmpty();
        HostTensor seen = HostTensor.of(DType.U8, ByteBuffer.wrap(Files.readAllBytes(raw)), 3, 64, 64, 3);
        assertThat(Quality.meanColourError(clip, seen)).isLessThan(2.5);
    }

    @Test
    void the_cut_into_chunks_leaves_no_trace() throws IOException {
        // Given
        HostTensor clip = Clips.toybox();
        Path whole = write(clip, FrameRate.of(16), VideoMetadata.NONE);
        Path pieces = folder.resolve("pieces.mp4");

        // When
        try (VideoWriter writer = VideoWriter.create(pieces, VideoFormat.of(64, 64, 16))) {
            writer.write(Clips.slice(clip, 0, 1));
            writer.write(Clips.slice(clip, 1, 1));
            writer.write(Clips.slice(clip, 1, 20));
            writer.write(Clips.slice(clip, 20, 33));
            writer.finish();
        }

        // Then
        assertThat(pieces).hasSameBinaryContentAs(whole);
    }

    @Test
    void encoders_side_by_side_give_the_same_file() throws Exception {
        // Given
        HostTensor clip = Clips.ball(20, 96, 128);
        Path alone = write(clip, FrameRate.of(16), VideoMetadata.NONE);
        ExecutorService workers = Executors.newFixedThreadPool(6);

        // When
        List<Callable<Path>> tasks = IntStream.range(0, 12)
                .<Callable<Path>>mapToObj(i -> () -> write(clip, "beside-" + i + ".mp4"))
                .toList();
        List<Future<Path>> videos = workers.invokeAll(tasks);
        workers.shutdown();

        // Then
        for (Future<Path> video : videos) assertThat(video.get()).hasSameBinaryContentAs(alone);
    }

    @Test
    void the_file_says_that_a_model_made_it() {
        // Given
        VideoMetadata metadata =
                VideoMetadata.madeByAi("toybox & <co>", "video_123").withTitle("Ein Bällchen");

        // When
        Path video = write(Clips.ball(5, 32, 32), FrameRate.of(16), metadata);

        // Then
        assertThat(VideoProbe.xmp(video)).hasValueSatisfying(xmp -> assertThat(xmp)
                .contains("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia")
                .contains("toybox &amp; &lt;co&gt;")
                .contains("video_123"));
        assertThat(Judge.tag(video, "title")).isEqualTo("Ein Bällchen");
        assertThat(Judge.tag(video, "comment")).contains("Made by AI", "video_123");
        assertThat(Judge.complaints(video)).isEmpty();
        assertThat(VideoProbe.probe(video).moovFirst()).isTrue();
    }

    @Test
    void a_video_that_was_not_finished_leaves_nothing_behind() throws IOException {
        // Given
        Path video = folder.resolve("broken.mp4");

        // When
        try (VideoWriter writer = VideoWriter.create(video, VideoFormat.of(64, 64, 16))) {
            writer.write(Clips.ball(9, 64, 64));
        }

        // Then
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void a_finished_video_replaces_an_older_one() throws IOException {
        // Given
        Path video = Files.writeString(folder.resolve("clip.mp4"), "an older one");

        // When
        write(Clips.ball(9, 64, 64), FrameRate.of(16), VideoMetadata.NONE);

        // Then
        assertThat(VideoProbe.probe(video).frames()).isEqualTo(9);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(video);
        }
    }

    @ParameterizedTest
    @CsvSource({"63,64", "64,63", "14,64", "64,2", "4096,4096"})
    void a_size_that_the_encoder_would_bend_is_refused(int width, int height) {
        // Given
        VideoFormat format = VideoFormat.of(width, height, 16);

        // When / Then
        assertThatThrownBy(() -> VideoWriter.create(folder.resolve("x.mp4"), format))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(width + "x" + height);
    }

    @Test
    void frames_of_another_shape_are_refused() {
        // Given
        HostTensor floats = HostTensor.ofFloats(new float[64 * 64 * 3], 1, 64, 64, 3);

        try (VideoWriter writer = VideoWriter.create(folder.resolve("x.mp4"), VideoFormat.of(64, 64, 16))) {
            // When / Then
            assertThatThrownBy(() -> writer.write(Clips.ball(1, 64, 32)))
                    .hasMessageContaining("expected frames U8 [t, 64, 64, 3], but U8 [1, 64, 32, 3] came");
            assertThatThrownBy(() -> writer.write(floats)).hasMessageContaining("F32");
            assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void a_folder_that_is_not_there_is_named() {
        // Given
        Path nowhere = folder.resolve("missing/x.mp4");

        // When / Then
        assertThatThrownBy(() -> VideoWriter.create(nowhere, VideoFormat.of(64, 64, 16)))
                .isInstanceOf(CodecFailedException.class)
                .hasMessageContaining("missing");
    }

    private Path write(HostTensor clip, String name) {
        Path video = folder.resolve(name);
        try (VideoWriter writer =
                VideoWriter.create(video, VideoFormat.of((int) clip.size(2), (int) clip.size(1), 16))) {
            writer.write(clip);
            writer.finish();
        }
        return video;
    }

    private Path write(HostTensor clip, FrameRate rate, VideoMetadata metadata) {
        Path video = folder.resolve("clip.mp4");
        VideoFormat format = new VideoFormat((int) clip.size(2), (int) clip.size(1), rate);
        try (VideoWriter writer = VideoWriter.create(video, format, metadata)) {
            writer.write(clip);
            writer.finish();
        }
        return video;
    }
}
