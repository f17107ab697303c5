package dev.zoetrope.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {
    @ParameterizedTest
    @MethodSource
    void no_failure_is_told_in_the_words_of_java(Throwable failure) {
        assertThat(Failure.sentence(failure))
                .isNotBlank()
                .doesNotContain("java.", "Exception", "Error", "REDACTED", "Source:", "\n", "null", "dev.zoetrope");
    }

    static Stream<Throwable> no_failure_is_told_in_the_words_of_java() {
        return Stream.of(
                new ConnectException(),
                new ConnectException("java.net.ConnectException: Connection refused"),
                new UnknownHostException("nowhere"),
                new NoSuchFileException("/a"),
                new AccessDeniedException("/a"),
                new FileSystemException("/a", null, "No space left on device"),
                new InvalidPathException("a\0b", "Nul character not allowed"),
                new UncheckedIOException(new NoSuchFileException("/a")),
                new CompletionException(new IllegalStateException("java.lang.IllegalStateException: it is closed")),
                new IOException(new NoSuchFileException("/a")),
                new NullPointerException(),
                new NoClassDefFoundError("dev/zoetrope/engine/ModelCard"),
                new UnsatisfiedLinkError("libtorch.so: failed to map segment from shared object"),
                new OutOfMemoryError("Java heap space"),
                json());
    }

    private static JsonProcessingException json() {
        try {
            new ObjectMapper().readTree("[{");
            throw new AssertionError("that is no JSON");
        } catch (JsonProcessingException e) {
            return e;
        }
    }
}
