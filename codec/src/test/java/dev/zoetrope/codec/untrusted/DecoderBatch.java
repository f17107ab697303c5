package dev.zoetrope.codec.untrusted;

import static org.bytedeco.ffmpeg.global.avutil.av_max_alloc;

import dev.zoetrope.codec.MediaDescription;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaTarget;
import dev.zoetrope.codec.untrusted.DecoderProtocol.Request;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Many files decoded one after the other by one child, with the code that decodes them one a child: for what a file does to the
 * decoder, not for what becomes of its process. A child that a file takes down is followed by a new one.
 */
final class DecoderBatch implements AutoCloseable {
    private static final int KILLED = 128 + 9;
    private static final int OUT_OF_MEMORY = 3;

    private @Nullable Process child;

    /** @return {@code read}, why the file was refused, {@code LATE}, or how decoding failed */
    String attempt(Request request) throws IOException, InterruptedException {
        Process process = child != null && child.isAlive() ? child : start();
        child = process;
        Thread watch = new Thread(() -> watch(process, request.limits()));
        try {
            request.write(new DataOutputStream(new BufferedOutputStream(process.getOutputStream())));
            watch.start();
            return outcome(new DataInputStream(new BufferedInputStream(process.getInputStream())), request);
        } catch (EOFException e) {
            int exit = process.waitFor();
            return exit == KILLED ? "LATE" : exit == OUT_OF_MEMORY ? "TOO_LARGE" : "DAMAGED";
        } finally {
            watch.interrupt();
        }
    }

    private static void watch(Process process, MediaLimits limits) {
        try {
            if (!process.waitFor(limits.deadline().toMillis(), TimeUnit.MILLISECONDS)) process.destroyForcibly();
        } catch (InterruptedException e) {
            // The file is done.
        }
    }

    private static String outcome(DataInputStream answers, Request request) throws IOException {
        MediaTarget target = request.target();
        int frame = target == null
                ? 0
                : 3 * target.format().width() * target.format().height();
        while (true) {
            byte answer = answers.readByte();
            switch (answer) {
                case DecoderProtocol.DESCRIPTION -> {
                    MediaDescription said = DecoderProtocol.readDescription(answers);
                    if (target == null) frame = 3 * said.width() * said.height();
                }
                case DecoderProtocol.FRAME -> answers.readFully(new byte[frame]);
                case DecoderProtocol.END -> {
                    return "read";
                }
                case DecoderProtocol.REFUSED -> {
                    return DecoderProtocol.readRefusal(answers).reason().name();
                }
                default -> {
                    return answers.readUTF();
                }
            }
        }
    }

    private static Process start() throws IOException {
        List<String> command = new ArrayList<>(DecoderCommand.common());
        command.remove(command.size() - 1);
        command.add(1, "-Xmx128m");
        int classPath = command.indexOf("-cp") + 1;
        String tests = DecoderBatch.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        command.set(classPath, command.get(classPath) + File.pathSeparator + tests);
        command.add(Child.class.getName());
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Override
    public void close() {
        if (child != null) child.destroyForcibly();
    }

    /** The child: ends with its parent. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws IOException {
            DecoderMain.loadLibraries();
            DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in));
            DataOutputStream out =
                    new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
            DecoderMain decoder = new DecoderMain(out);
            while (true) {
                Request request = Request.read(in);
                av_max_alloc(request.limits().maxMemoryBytes() / 2);
                decoder.answer(request);
                out.flush();
            }
        }
    }
}
