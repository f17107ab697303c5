package dev.zoetrope.codec.untrusted;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The classes of the decoding child as the JVM maps them (class data sharing), in a file beside the unpacked native libraries. It
 * halves the start of a child. The first child of a new release starts without it, while another process writes it; where it
 * cannot be written, children start as they would without. A JVM takes no archive that was not made by it from the same jars.
 */
final class DecoderArchive {
    private static final String PREFIX = "decoder-classes-";
    /** One that is older was left by a process that ended first. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final List<String> command;
    private final Path folder;
    private final String name;
    private final Path file;
    private final AtomicBoolean begun = new AtomicBoolean();

    private DecoderArchive(List<String> command, Path folder, String name, String version) {
        this.command = command;
        this.folder = folder;
        this.name = PREFIX + name;
        this.file = folder.resolve(this.name + "-" + version + ".jsa");
    }

    /**
     * @param command that starts a child, without the sizes of its memory; its last word is the main class
     * @return null if there can be none: folders of classes cannot be archived
     */
    static @Nullable DecoderArchive of(List<String> command, String classPath, Path folder) {
        StringBuilder version = new StringBuilder(System.getProperty("java.vm.version", ""));
        try {
            for (String place : classPath.split(File.pathSeparator)) {
                Path jar = Path.of(place);
                if (!Files.isRegularFile(jar)) return null;
                version.append(' ').append(Files.size(jar));
                version.append(' ').append(Files.getLastModifiedTime(jar).toMillis());
            }
        } catch (IOException e) {
            return null;
        }
        return new DecoderArchive(command, folder, key(command.toString()), key(version.toString()));
    }

    private static String key(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /** What to start a child with: the archive, once it is written. */
    List<String> options() {
        if (Files.isRegularFile(file)) return List.of("-XX:SharedArchiveFile=" + file);
        if (begun.compareAndSet(false, true)) begin();
        return List.of();
    }

    /** Starts to write it, and does not wait. */
    private void begin() {
        try {
            Path work = Path.of(file + ".part");
            if (!begin(work)) return;
            Path part = work.resolve("part");
            List<String> rehearsal = new ArrayList<>(command.subList(0, command.size() - 1));
            rehearsal.add(1, "-XX:ArchiveClassesAtExit=" + part);
            rehearsal.add(DecoderRehearsal.class.getName());
            rehearsal.add(work.toString());
            ProcessBuilder builder = new ProcessBuilder(rehearsal);
            builder.environment().clear();
            builder.environment().put("LC_ALL", "C.UTF-8");
            Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            OutputStream held = process.getOutputStream();
            process.onExit().thenAccept(ended -> finish(ended.exitValue(), work, part, held));
        } catch (IOException e) {
            // Children start without it.
        }
    }

    /** @return false if another process writes the same */
    private static boolean begin(Path work) throws IOException {
        if (Files.isDirectory(work)) {
            Instant since = Files.getLastModifiedTime(work).toInstant();
            if (since.isAfter(Instant.now().minus(PATIENCE))) return false;
            delete(work);
        }
        Files.createDirectory(work);
        return true;
    }

    private void finish(int exit, Path work, Path part, OutputStream held) {
        try (held) {
            if (exit == 0 && Files.isRegularFile(part)) {
                forget();
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            }
            delete(work);
        } catch (IOException e) {
            // Children start without it.
        }
    }

    /** Those of the same jars before they were replaced. */
    private void forget() throws IOException {
        try (DirectoryStream<Path> old = Files.newDirectoryStream(folder, name + "-*.jsa")) {
            for (Path one : old) Files.deleteIfExists(one);
        }
    }

    private static void delete(Path work) throws IOException {
        try (Stream<Path> files = Files.list(work)) {
            for (Path one : files.toList()) Files.delete(one);
        }
        Files.delete(work);
    }
}
