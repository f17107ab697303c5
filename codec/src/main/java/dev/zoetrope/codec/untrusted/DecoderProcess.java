package dev.zoetrope.codec.untrusted;

import dev.zoetrope.codec.CodecException;
import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.Libav;
import dev.zoetrope.codec.MediaDescription;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaRefusedException;
import dev.zoetrope.codec.MediaRefusedException.Reason;
import dev.zoetrope.codec.MediaTarget;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A running {@link DecoderMain} as seen from its parent: it is asked once, watched, and killed when it takes too much. */
final class DecoderProcess implements AutoCloseable {
    private static final long WATCH_MILLIS = 25;
    private static final long PAGE_BYTES = 4096;
    private static final int EXIT_OUT_OF_MEMORY = 3;

    private static final ScheduledExecutorService WATCHDOG = watchdog();

    private final Process process;
    private final DataInputStream answers;
    private final MediaLimits limits;
    private final ScheduledFuture<?> watch;
    private volatile @Nullable MediaRefusedException killedFor;
    /** When the parent began to wait for the child, or 0 while it does not: only this counts against the deadline. */
    private volatile long waitingSince;

    private volatile long waitedNanos;
    private boolean ready;

    /** @throws CodecFailedException if the process cannot be started */
    static DecoderProcess start(
            DecoderProtocol.Task task, Path file, @Nullable MediaTarget target, MediaLimits limits) {
        Process process = spawn(task, target);
        DecoderProcess decoder = new DecoderProcess(process, limits);
        try {
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
            new DecoderProtocol.Request(task, file.toAbsolutePath().toString(), target, limits).write(out);
            return decoder;
        } catch (IOException e) {
            decoder.close();
            throw new CodecFailedException("the decoding process does not take its request", e);
        }
    }

    private DecoderProcess(Process process, MediaLimits limits) {
        this.process = process;
        this.limits = limits;
        this.answers = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
        this.watch = WATCHDOG.scheduleWithFixedDelay(this::check, WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * @throws MediaRefusedException if the media is at fault
     * @throws CodecFailedException if the process is
     */
    MediaDescription describe() {
        return waiting(() -> {
            byte answer = answers.readByte();
            if (answer == DecoderProtocol.READY) {
                ready = true;
                answer = answers.readByte();
            }
            if (answer == DecoderProtocol.DESCRIPTION) return DecoderProtocol.readDescription(answers);
            throw unexpected(answer);
        });
    }

    /** How many frames there are, each decoded; only where that was asked for. */
    long count() {
        return waiting(() -> {
            byte answer = answers.readByte();
            if (answer != DecoderProtocol.COUNT) throw unexpected(answer);
            return answers.readLong();
        });
    }

    /**
     * @param frame filled with one frame
     * @return false after the last
     */
    boolean read(ByteBuffer frame) {
        return waiting(() -> {
            byte answer = answers.readByte();
            if (answer == DecoderProtocol.END) return false;
            if (answer != DecoderProtocol.FRAME) throw unexpected(answer);
            answers.readFully(frame.array(), frame.arrayOffset() + frame.position(), frame.remaining());
            return true;
        });
    }

    private RuntimeException unexpected(byte answer) throws IOException {
        return switch (answer) {
            case DecoderProtocol.REFUSED -> DecoderProtocol.readRefusal(answers);
            case DecoderProtocol.FAILED -> new CodecFailedException("decoding failed: " + answers.readUTF());
            default -> new CodecFailedException("the decoding process said " + answer + ", which means nothing");
        };
    }

    private interface Exchange<T> {
        T run() throws IOException;
    }

    private <T> T waiting(Exchange<T> exchange) {
        waitingSince = System.nanoTime();
        try {
            return exchange.run();
        } catch (IOException e) {
            throw died(e);
        } finally {
            waitedNanos = waitedNanos + System.nanoTime() - waitingSince;
            waitingSince = 0;
        }
    }

    private CodecException died(IOException cause) {
        MediaRefusedException killed = killedFor;
        if (killed != null) return killed;
        process.destroyForcibly();
        int exit = exitCode();
        if (!ready) return new CodecFailedException("the decoding process did not start: it ended with " + exit, cause);
        if (exit == EXIT_OUT_OF_MEMORY) {
            return new MediaRefusedException(Reason.TOO_LARGE, "decoding it takes more memory than it may", cause);
        }
        return new MediaRefusedException(
                Reason.DAMAGED, "the decoder did not survive it: it ended with " + exit, cause);
    }

    private int exitCode() {
        try {
            return process.waitFor(5, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private void check() {
        long since = waitingSince;
        long waited = waitedNanos + (since == 0 ? 0 : System.nanoTime() - since);
        if (waited > limits.deadline().toNanos()) {
            kill("expected decoding to take at most " + limits.deadline().toMillis() + " ms, but it is not done");
        } else if (residentBytes() > limits.maxMemoryBytes()) {
            kill("expected decoding to take at most " + limits.maxMemoryBytes()
                    + " bytes of memory, but it takes more");
        }
    }

    private void kill(String why) {
        if (killedFor != null || !process.isAlive()) return;
        killedFor = new MediaRefusedException(Reason.TOO_LARGE, why);
        process.destroyForcibly();
    }

    /** From {@code /proc}; 0 where there is none, so that the child's own limits are all there is. */
    private long residentBytes() {
        try {
            String[] pages = Files.readString(Path.of("/proc/" + process.pid() + "/statm"))
                    .split(" ");
            return Long.parseLong(pages[1]) * PAGE_BYTES;
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    private static Process spawn(DecoderProtocol.Task task, @Nullable MediaTarget target) {
        Libav.load();
        ProcessBuilder builder = new ProcessBuilder(DecoderCommand.build(task, target));
        // Whatever takes over the child finds no secrets in its environment.
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new CodecFailedException("the decoding process cannot be started", e);
        }
    }

    private static ScheduledExecutorService watchdog() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "decoder-watchdog");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    @Override
    public void close() {
        watch.cancel(false);
        process.destroyForcibly();
        exitCode();
        try {
            process.getOutputStream().close();
            answers.close();
        } catch (IOException e) {
            // The process is gone, and its pipes with it.
        }
    }
}
