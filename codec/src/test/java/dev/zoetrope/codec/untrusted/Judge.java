package dev.zoetrope.codec.untrusted;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.ffmpeg.ffprobe;
import org.bytedeco.javacpp.Loader;

/** The ffprobe and ffmpeg programs of libav's own archive: somebody else's opinion of our files. */
public final class Judge {
    private static final String FFPROBE = Loader.load(ffprobe.class);
    private static final String FFMPEG = Loader.load(ffmpeg.class);

    private Judge() {}

    /** The decoding processes that this one has and has not ended. */
    static List<ProcessHandle> children() {
        return ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .filter(child -> child.info().commandLine().orElse("").endsWith(DecoderMain.class.getName()))
                .toList();
    }

    /** Everything that ffprobe complains of when it reads every packet and decodes every frame; empty is good. */
    public static String complaints(Path file) {
        return run(FFPROBE, "-v", "warning", "-count_frames", "-show_entries", "chapter=id", file.toString());
    }

    /** One value of the video track, by ffprobe's name, such as {@code color_space}. */
    public static String entry(Path file, String name) {
        return run(
                        FFPROBE,
                        "-v",
                        "error",
                        "-count_frames",
                        "-select_streams",
                        "v:0",
                        "-of",
                        "csv=p=0",
                        "-show_entries",
                        "stream=" + name,
                        file.toString())
                .strip();
    }

    public static String tag(Path file, String name) {
        return run(FFPROBE, "-v", "error", "-of", "csv=p=0", "-show_entries", "format_tags=" + name, file.toString())
                .strip();
    }

    public static String ffmpeg(String... arguments) {
        List<String> command = new ArrayList<>(List.of("-nostdin", "-hide_banner", "-v", "error", "-y"));
        command.addAll(List.of(arguments));
        return run(FFMPEG, command.toArray(String[]::new));
    }

    private static String run(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            return exit == 0 ? output : output + " exit " + exit;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
