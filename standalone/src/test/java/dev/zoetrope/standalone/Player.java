package dev.zoetrope.standalone;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.javacpp.Loader;

/** FFmpeg as a player: it reads what is at an address as any client does. */
final class Player {
    private Player() {}

    /**
     * The time and the MD5 of each frame that is shown, in order.
     *
     * @param input an address or a file
     */
    static List<String> frames(Object input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(input))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) throw new AssertionError(input + " does not play: " + output);
        return output.lines().filter(line -> !line.startsWith("#")).toList();
    }

    private static List<String> command(Object input) {
        List<String> command = new ArrayList<>(List.of(Loader.load(ffmpeg.class), "-nostdin", "-v", "quiet"));
        command.addAll(List.of("-i", input.toString(), "-f", "framemd5", "-"));
        return command;
    }
}
