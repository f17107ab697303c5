package dev.zoetrope.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Says in a sentence what went wrong, in words of the person who called, not of the language that this is written in. */
public final class Failure {
    /** The name of a class of exceptions, with the colon that Java puts behind it. */
    private static final String CLASS_NAME = "\\b(?:[a-z][\\w$]*\\.)+[A-Z][\\w$]*(?:Exception|Error)\\b:?\\s*";

    /** Where a text begins, of which Jackson shows nothing. */
    private static final String SOURCE = "\\s*\\([^()\\[]*\\[Source:[^\\]]*]\\)";

    private Failure() {}

    /** What went wrong. */
    public static String sentence(Throwable failure) {
        Throwable e = unwrapped(failure);
        if (e instanceof OutOfMemoryError) {
            return "memory ran out; make a smaller or shorter video, or let the mesh make it";
        }
        if (e instanceof LinkageError) {
            return "a library cannot be loaded: " + plain(e)
                    + "; expected linux-x86_64 with glibc 2.35 or newer, and a folder for native libraries, which ZOETROPE_NATIVE"
                    + " names";
        }
        if (e instanceof JsonProcessingException json) return "expected JSON, but " + reason(json);
        if (e instanceof FileSystemException file && file.getFile() != null)
            return file.getFile() + ": " + reason(file);
        if (e instanceof IOException io) return reason(io);
        return plain(e);
    }

    /** Why something could not be read or written, without its name. */
    public static String reason(IOException e) {
        if (e instanceof NoSuchFileException) return "there is no such file";
        if (e instanceof AccessDeniedException) return "permission denied";
        if (e instanceof FileAlreadyExistsException) return "it exists already";
        if (e instanceof NotDirectoryException) return "it is no folder";
        if (e instanceof CharacterCodingException) return "it is not UTF-8";
        if (e instanceof FileSystemException file) {
            String reason = file.getReason();
            return reason == null ? "the system refuses it" : reason.toLowerCase(Locale.ROOT);
        }
        if (e instanceof JsonProcessingException json) {
            return json.getOriginalMessage().replaceAll(SOURCE, "")
                    + (json.getLocation() == null
                            ? ""
                            : " (line " + json.getLocation().getLineNr() + ", column "
                                    + json.getLocation().getColumnNr() + ")");
        }
        return plain(e);
    }

    private static Throwable unwrapped(Throwable e) {
        boolean wrapper = e instanceof UncheckedIOException
                || e instanceof CompletionException
                || e instanceof ExecutionException
                || e instanceof ExceptionInInitializerError;
        return wrapper && e.getCause() != null ? unwrapped(e.getCause()) : e;
    }

    private static String plain(Throwable e) {
        if (e instanceof InvalidPathException path)
            return "expected a file's path, but \"" + path.getInput() + "\" came";
        String message = e.getMessage() == null
                ? ""
                : e.getMessage().replaceAll(CLASS_NAME, "").strip();
        if (!message.isEmpty()) return message.lines().findFirst().orElseThrow();
        return "something went wrong that should not have; ZOETROPE_TRACE=1 shows where";
    }
}
