package dev.zoetrope.cli;

import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.untrusted.ImageReader;
import dev.zoetrope.codec.writing.ImageWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Where what is made goes. It is looked at before any work starts: a folder that is missing is made then, and what cannot be
 * written is refused. A regular file appears whole; a device, a pipe and standard output are written through, and so is a link:
 * it stays a link.
 */
public final class OutFile implements AutoCloseable {
    private static final String STANDARD_OUTPUT = "-";
    private static final Set<String> OTHER_NAMES_OF_IT = Set.of("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1");
    private static final int READER_SECONDS = 10;
    private static final int MOST_LINKS = 40;
    private static final int PROBE_BYTES = 1 << 16;

    /** As the kernel's {@code st_mode} says it. */
    private enum Kind {
        MISSING(0),
        FOLDER(0040000),
        FILE(0100000),
        PIPE(0010000),
        CHARACTER_DEVICE(0020000),
        BLOCK_DEVICE(0060000),
        SOCKET(0140000);

        private static final int MASK = 0170000;

        private final int bits;

        Kind(int bits) {
            this.bits = bits;
        }

        static Kind of(Path file) throws IOException {
            int mode;
            try {
                mode = (Integer) Files.getAttribute(file, "unix:mode");
            } catch (NoSuchFileException e) {
                return MISSING;
            }
            for (Kind kind : values()) if (kind.bits == (mode & MASK)) return kind;
            throw new IOException("it is neither a file nor a device");
        }
    }

    private final String name;
    /** The regular file that appears at once; null for what is written through. */
    private final @Nullable Path replaced;

    private final Path workplace;
    private final Path making;
    private final Thread cleaning = new Thread(this::clean, "out-file-clean");
    private volatile boolean kept;

    private OutFile(String name, @Nullable Path replaced, Path workplace, String ending) {
        this.name = name;
        this.replaced = replaced;
        this.workplace = workplace;
        this.making = workplace.resolve("made" + ending);
        Runtime.getRuntime().addShutdownHook(cleaning);
    }

    /**
     * Prepares a place for what is made.
     *
     * @param name as it was given; {@code -} is standard output
     * @param still whether a picture is made, not a video
     * @throws IllegalArgumentException nothing can be written there, or the name says another format
     */
    public static OutFile prepare(String name, boolean still) {
        if (name.isEmpty()) throw refused("a file", "an empty name came");
        if (isStandardOutput(name)) {
            requireNoTerminal();
            return writtenThrough(name, still);
        }
        Path file = Path.of(name);
        try {
            Kind kind = Kind.of(file);
            if (kind == Kind.FOLDER || name.endsWith("/")) throw refused("a file", name + " is a folder");
            if (kind == Kind.SOCKET || kind == Kind.BLOCK_DEVICE) {
                throw refused("a file, a pipe or a character device", name + " is none of these");
            }
            if (kind == Kind.MISSING || kind == Kind.FILE) require(file, still);
            if (kind != Kind.MISSING && !Files.isWritable(file)) {
                throw refused("a file that this user may write", name + " came");
            }
            if (kind == Kind.PIPE || kind == Kind.CHARACTER_DEVICE || kind == Kind.FILE && isOfTheSystem(file)) {
                return writtenThrough(name, still);
            }
            return replaced(name, kind == Kind.FILE ? file.toRealPath() : target(file), kind, still);
        } catch (IOException e) {
            throw refused("a file that can be written", name + " cannot: " + Failure.reason(e));
        }
    }

    private static OutFile replaced(String name, Path target, Kind kind, boolean still) throws IOException {
        Path folder = target.getParent();
        if (folder == null) throw refused("a file", name + " is a folder");
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            throw refused("a file in a folder", e.getFile() + " is no folder");
        }
        Path workplace;
        try {
            workplace = Files.createTempDirectory(folder, ".zoetrope-");
        } catch (IOException e) {
            if (kind == Kind.FILE) return writtenThrough(name, still);
            throw e;
        }
        return probed(new OutFile(name, target, workplace, ending(Path.of(name), still)));
    }

    private static OutFile writtenThrough(String name, boolean still) {
        try {
            return probed(
                    new OutFile(name, null, Files.createTempDirectory("zoetrope-"), ending(Path.of(name), still)));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "expected a temporary folder with room to make " + name + " in, but in "
                            + System.getProperty("java.io.tmpdir") + " it cannot be made; name one with TMPDIR",
                    e);
        }
    }

    /** Makes sure that there is room at all, and that files can be written, not only folders made. */
    private static OutFile probed(OutFile file) throws IOException {
        try {
            Files.write(file.making, new byte[PROBE_BYTES]);
            Files.delete(file.making);
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Where a link that leads nowhere yet leads to. */
    private static Path target(Path file) throws IOException {
        Path target = file.toAbsolutePath();
        for (int i = 0; Files.isSymbolicLink(target); i++) {
            if (i == MOST_LINKS) throw new IOException("its links lead in a circle");
            target = target.resolveSibling(Files.readSymbolicLink(target));
        }
        return target.normalize();
    }

    /** A descriptor that the shell opened belongs to it, whatever it leads to. */
    private static boolean isOfTheSystem(Path file) {
        Path whole = file.toAbsolutePath().normalize();
        return whole.startsWith("/dev/fd") || whole.startsWith("/proc");
    }

    /** Whether the name means standard output, so that nothing else may go there. */
    public static boolean isStandardOutput(String name) {
        return name.equals(STANDARD_OUTPUT) || OTHER_NAMES_OF_IT.contains(name);
    }

    private static void requireNoTerminal() {
        try {
            String output = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            if (output.startsWith("/dev/pts/") || output.startsWith("/dev/tty")) {
                throw refused("standard output to lead to a file or a program", "it is a terminal");
            }
        } catch (IOException e) {
            // Not told by this system, or closed, which shows when it is written.
        }
    }

    /**
     * Refuses a name whose ending says another format than what is made has.
     *
     * @throws IllegalArgumentException that says which endings do
     */
    public static void require(Path file, boolean still) {
        String ending = endingOf(file);
        if (still ? isPicture(ending) : ending.isEmpty() || ending.equals(".mp4")) return;
        throw refused(
                "a file name ending in " + (still ? ".png, .jpg or .webp for one frame" : ".mp4 for a video"),
                file.getFileName() + " came"
                        + (still || !isPicture(ending) ? "" : "; --frames 1 makes a picture")
                        + (!still && ending.matches("\\.(webp|gif)")
                                ? ", --preview an animated WebP beside the video"
                                : ""));
    }

    private static boolean isPicture(String ending) {
        return ending.matches("\\.(png|jpe?g|webp)");
    }

    private static ImageFormat format(Path picture) {
        String ending = endingOf(picture);
        if (ending.equals(".webp")) return ImageFormat.WEBP;
        return ending.matches("\\.jpe?g") ? ImageFormat.JPEG : ImageFormat.PNG;
    }

    private static String ending(Path file, boolean still) {
        if (!still) return ".mp4";
        return isPicture(endingOf(file)) ? endingOf(file) : ".png";
    }

    private static String endingOf(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? "" : name.substring(dot);
    }

    private static IllegalArgumentException refused(String expected, String came) {
        return new IllegalArgumentException("--out: expected " + expected + ", but " + came);
    }

    /** The file to make it in; its ending is that of the format. */
    public Path making() {
        return making;
    }

    /** Makes a picture in it, in the format that its name says. */
    public void writePicture(byte[] png) throws IOException {
        ImageFormat format = format(making);
        Files.write(
                making,
                format == ImageFormat.PNG
                        ? png
                        : ImageWriter.encode(ImageReader.read(png, MediaLimits.PICTURE), format));
    }

    /** Whether an animated WebP can lie beside it. */
    public boolean isRegularFile() {
        return replaced != null;
    }

    /**
     * Puts what was made in its place.
     *
     * @throws IllegalStateException it cannot be written; what was made is kept, and the message says where
     */
    public void publish() throws InterruptedException {
        try {
            if (replaced != null && Kind.of(replaced) != Kind.FOLDER) {
                move(replaced);
            } else if (isStandardOutput(name)) {
                try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
                    Files.copy(making, out);
                }
            } else {
                writeThrough();
            }
        } catch (IOException e) {
            kept = true;
            throw unwritten(e, making);
        }
    }

    /** Why it cannot be written, and where what was made lies. */
    public IllegalStateException unwritten(IOException e, Path made) {
        return new IllegalStateException(
                name + " cannot be written: " + Failure.reason(e) + "; what was made is kept in " + made, e);
    }

    private void move(Path target) throws IOException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.setPosixFilePermissions(making, Files.getPosixFilePermissions(target));
        }
        Files.move(making, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** A pipe opens when somebody reads it. */
    private void writeThrough() throws IOException, InterruptedException {
        OutputStream opened = within(
                Integer.getInteger("zoetrope.out.reader-seconds", READER_SECONDS), () -> new FileOutputStream(name));
        try (OutputStream out = opened) {
            Files.copy(making, out);
        }
    }

    private static <T> T within(long seconds, Callable<T> call) throws IOException, InterruptedException {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(call.call());
                    } catch (Exception e) {
                        result.completeExceptionally(e);
                    }
                },
                "out-file-open");
        thread.setDaemon(true);
        thread.start();
        try {
            return result.get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IOException("nobody reads it", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }

    private void clean() {
        if (kept) return;
        try {
            Files.deleteIfExists(making);
            Files.deleteIfExists(workplace);
        } catch (IOException e) {
            // Something else is in it, which is not ours to delete.
        }
    }

    /** Removes what was not published, unless it could not be. */
    @Override
    public void close() {
        clean();
        try {
            Runtime.getRuntime().removeShutdownHook(cleaning);
        } catch (IllegalStateException e) {
            // The process ends: the hook runs.
        }
    }
}
