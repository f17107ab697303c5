package dev.zoetrope.codec.preview;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.codec.Clips;
import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.Quality;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.reading.ImageSignature;
import dev.zoetrope.codec.untrusted.ImageReader;
import dev.zoetrope.codec.writing.VideoWriter;
import dev.zoetrope.tensors.HostTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreviewTest {
    @TempDir
    Path folder;

    @Test
    void a_thumbnail_shows_a_frame_of_the_video() {
        // Given
        Path video = video(Clips.ball(30, 96, 160), 16);

        // When
        byte[] webp = Preview.thumbnail(video, 80);

        // Then
        HostTensor seen = ImageReader.read(webp, MediaLimits.PICTURE);
        HostTensor expected = Fit.COVER.resize(Clips.slice(Clips.ball(30, 96, 160), 10, 11), 80, 48);
        assertThat(seen.shape()).containsExactly(48, 80, 3);
        assertThat(Quality.psnrY(expected, seen)).isGreaterThan(30);
    }

    @Test
    void a_sprite_sheet_shows_the_video_in_order() {
        // Given
        HostTensor clip = Clips.ball(33, 64, 64);
        Path video = video(clip, 16);

        // When
        Preview.SpriteSheet sheet = Preview.spriteSheet(video, 4, 3, 32);

        // Then
        HostTensor picture = ImageReader.read(sheet.jpeg(), MediaLimits.PICTURE);
        assertThat(picture.shape()).containsExactly(96, 128, 3);
        assertThat(sheet.sprites()).isEqualTo(12);
        assertThat(sheet.secondsApart()).isEqualTo(33 / 16.0 / 12);
        HostTensor expected = Fit.COVER.resize(Clips.slice(clip, 1, 2), 32, 32);
        assertThat(Quality.psnrY(expected, corner(picture, 32, 32))).isGreaterThan(25);
    }

    @Test
    void a_short_video_has_a_small_sheet() {
        // Given
        Path video = video(Clips.ball(3, 64, 64), 16);

        // When
        Preview.SpriteSheet sheet = Preview.spriteSheet(video, 10, 10, 64);

        // Then
        assertThat(sheet.sprites()).isEqualTo(3);
        assertThat(ImageReader.read(sheet.jpeg(), MediaLimits.PICTURE).shape()).containsExactly(64, 192, 3);
    }

    @Test
    void an_animation_moves() throws IOException {
        // Given
        Path video = video(Clips.ball(24, 64, 96), 24);
        Path webp = folder.resolve("preview.webp");

        // When
        Preview.animation(video, 48, 12, webp);

        // Then
        byte[] file = Files.readAllBytes(webp);
        assertThat(ImageReader.read(file, MediaLimits.PICTURE).shape()).containsExactly(32, 48, 3);
        assertThat(countOf(file, "ANMF")).isEqualTo(12);
    }

    private static int countOf(byte[] file, String name) {
        int count = 0;
        for (int i = 0; i + 4 <= file.length; i++) {
            if (ImageSignature.startsWith(file, i, name)) count++;
        }
        return count;
    }

    private static HostTensor corner(HostTensor picture, int width, int height) {
        byte[] pixels = new byte[width * height * 3];
        byte[] all = picture.bytes();
        int across = (int) picture.size(1);
        for (int y = 0; y < height; y++) System.arraycopy(all, y * across * 3, pixels, y * width * 3, width * 3);
        return HostTensor.ofBytes(pixels, height, width, 3);
    }

    private Path video(HostTensor clip, int rate) {
        Path video = folder.resolve("clip.mp4");
        try (VideoWriter writer =
                VideoWriter.create(video, VideoFormat.of((int) clip.size(2), (int) clip.size(1), rate))) {
            writer.write(clip);
            writer.finish();
        }
        return video;
    }
}
