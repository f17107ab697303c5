package dev.zoetrope.codec.untrusted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.PngBytes;
import dev.zoetrope.codec.untrusted.DecoderProtocol.Request;
import dev.zoetrope.codec.untrusted.DecoderProtocol.Task;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecoderArchiveTest {
    private static final String MAPPED = "dev.zoetrope.codec.untrusted.DecoderMain source: shared objects file (top)";

    @TempDir
    Path folder;

    private Path picture;

    @BeforeEach
    void picture() throws IOException {
        picture = Files.write(folder.resolve("picture.png"), new PngBytes(2, 2, 8, PngBytes.GREY).file(2, (byte) 0));
    }

    @Test
    void children_start_from_the_archive_once_it_is_written() throws Exception {
        // When
        List<String> first = archive().options();
        List<String> options = written();

        // Then
        assertThat(first).isEmpty();
        assertThat(loadedBy(options)).contains(MAPPED);
        assertThat(loadedBy(first))
                .doesNotContain(MAPPED)
                .contains("dev.zoetrope.codec.untrusted.DecoderMain source: ");
        try (var left = Files.list(folder)) {
            assertThat(left.filter(Files::isDirectory)).isEmpty();
        }
    }

    @Test
    void a_spoilt_archive_is_left_aside() throws Exception {
        // Given
        archive().options();
        List<String> options = written();
        Path file = Path.of(options.get(0).substring(options.get(0).indexOf('=') + 1));
        Files.delete(file);
        Files.write(file, new byte[5000]);

        // When / Then
        assertThat(loadedBy(options))
                .doesNotContain(MAPPED)
                .contains("dev.zoetrope.codec.untrusted.DecoderMain source: ");
    }

    private DecoderArchive archive() {
        return Objects.requireNonNull(DecoderCommand.archiveIn(folder));
    }

    private List<String> written() throws InterruptedException {
        Instant end = Instant.now().plusSeconds(60);
        List<String> options = archive().options();
        while (options.isEmpty() && Instant.now().isBefore(end)) {
            Thread.sleep(50);
            options = archive().options();
        }
        assertThat(options).hasSize(1);
        return options;
    }

    /** Has a child decode the picture, and returns what it says of each class's origin. */
    private String loadedBy(List<String> options) throws IOException, InterruptedException {
        Path log = folder.resolve("classes.txt");
        List<String> command = new ArrayList<>(DecoderCommand.common());
        command.remove("-Xlog:disable");
        command.addAll(1, options);
        command.add(1, "-Xlog:all=off:stdout");
        command.add(1, "-Xlog:class+load=info:file=" + log);
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        new Request(Task.CHECK_PICTURE, picture.toString(), null, MediaLimits.PICTURE)
                .write(new DataOutputStream(child.getOutputStream()));
        DataInputStream answers = new DataInputStream(child.getInputStream());
        assertThat(answers.readByte()).isEqualTo(DecoderProtocol.READY);
        assertThat(answers.readByte()).isEqualTo(DecoderProtocol.DESCRIPTION);
        assertThat(DecoderProtocol.readDescription(answers).width()).isEqualTo(2);
        assertThat(child.waitFor()).isZero();
        return Files.readString(log);
    }
}
