package dev.zoetrope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.reading.VideoReader;
import dev.zoetrope.codec.untrusted.ImageReader;
import dev.zoetrope.tensors.HostTensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command, run as it stands there, and the strip of frames that the README shows beside it. */
class FirstVideoTest {
    private static final int SIDE = 64;
    /** Every fourth frame, twice as large: as {@code scripts/first-video} draws it. */
    private static final int SHOWN = 8;

    private static final int APART = 4;
    private static final int LARGER = 2;

    @TempDir
    static Path folder;

    private static HostTensor video;

    @BeforeAll
    static void run_the_command() throws Exception {
        String command = Files.readAllLines(Path.of("../README.md")).stream()
                .filter(line -> line.startsWith("./zoetrope generate "))
                .findFirst()
                .orElseThrow();
        List<String> words = new ArrayList<>();
        Matcher word = Pattern.compile("\"([^\"]*)\"|(\\S+)").matcher(command);
        while (word.find()) words.add(word.group(1) == null ? word.group(2) : word.group(1));
        words.remove(0);
        words.set(words.indexOf("-o") + 1, folder.resolve("ball.mp4").toString());
        words.addAll(List.of("--in-process", "--models", "../models"));
        assertThat(words)
                .as("a seed, so that everybody gets what the strip shows")
                .contains("--seed");

        assertThat(Main.run(words.toArray(String[]::new))).isZero();
        video = VideoReader.readAll(folder.resolve("ball.mp4"), 1000);
    }

    @Test
    void it_is_a_red_ball_that_bounces_over_the_sea() {
        // When
        double[] heights = IntStream.range(0, (int) video.size(0))
                .mapToDouble(FirstVideoTest::heightOfTheBall)
                .toArray();

        // Then
        int turns = 0;
        for (int t = 2, down = 0; t < heights.length; t++) {
            int now = (int) Math.signum(Math.round(heights[t] - heights[t - 1]));
            if (now != 0 && down != 0 && now != down) turns++;
            if (now != 0) down = now;
        }
        assertThat(turns).as("how often the ball turns").isBetween(3, 16);
        DoubleSummaryStatistics places = Arrays.stream(heights).summaryStatistics();
        assertThat(places.getMax() - places.getMin())
                .as("pixels between its highest and its lowest place")
                .isGreaterThan(10);
        for (int t = 0; t < heights.length; t++) {
            assertThat(blue(t, SIDE - 4, 4)).as("sea in frame " + t).isGreaterThan(2 * red(t, SIDE - 4, 4));
        }
    }

    @Test
    void the_strip_shows_it() throws Exception {
        // Given
        HostTensor strip =
                ImageReader.read(Files.readAllBytes(Path.of("../docs/first-video.png")), MediaLimits.PICTURE);

        // When
        double difference = 0;
        for (int i = 0; i < SHOWN; i++) {
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    int shown = (LARGER * y * SHOWN * SIDE + i * SIDE + x) * LARGER;
                    for (int c = 0; c < 3; c++) {
                        difference += Math.abs((strip.data().get(3 * shown + c) & 0xff) - colour(i * APART, y, x, c));
                    }
                }
            }
        }

        // Then
        assertThat(strip.shape()).containsExactly(LARGER * SIDE, LARGER * SHOWN * SIDE, 3);
        assertThat(difference / (SHOWN * SIDE * SIDE * 3))
                .as("mean difference of 255; scripts/first-video draws the strip")
                .isLessThan(6);
    }

    /** The mean row of a frame's red pixels; a frame without a ball has none. */
    private static double heightOfTheBall(int t) {
        double rows = 0;
        int pixels = 0;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                if (red(t, y, x) > 2 * blue(t, y, x) && red(t, y, x) > 140) {
                    rows += y;
                    pixels++;
                }
            }
        }
        assertThat(pixels).as("red pixels in frame " + t).isGreaterThan(150);
        return rows / pixels;
    }

    private static int red(int t, int y, int x) {
        return colour(t, y, x, 0);
    }

    private static int blue(int t, int y, int x) {
        return colour(t, y, x, 2);
    }

    private static int colour(int t, int y, int x, int channel) {
        return video.data().get(((t * SIDE + y) * SIDE + x) * 3 + channel) & 0xff;
    }
}
