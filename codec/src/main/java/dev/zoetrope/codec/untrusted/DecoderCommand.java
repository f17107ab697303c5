package dev.zoetrope.codec.untrusted;

import dev.zoetrope.codec.CodecFailedException;
import dev.zoetrope.codec.MediaTarget;
import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swresample;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/** How the decoding child is started: a small JVM with just the classes that it needs and the native libraries unpacked already. */
final class DecoderCommand {
    /** Overrides what is worked out, for class loaders that hide where classes come from. */
    static final String CLASS_PATH_PROPERTY = "zoetrope.codec.decoder.classpath";

    private static final long BASE_HEAP_MIB = 48;
    /** The target, the scaled picture, and the turned one: each may be larger than the target by what is cropped. */
    private static final int FRAMES_IN_HEAP = 8;

    /** A picture's are held with 16 bits a channel as well, and so is its profile. */
    private static final int PICTURES_IN_HEAP = 16;

    private static final long PROFILE_HEAP_MIB = 48;
    /** For a picture in its own size; the limits that its reader gives are what holds. */
    private static final long WHOLE_PICTURE_HEAP_MIB = 1024;

    private DecoderCommand() {}

    /** What every child is started with; its last word is the main class. */
    static List<String> common() {
        return Holder.COMMAND;
    }

    static @Nullable DecoderArchive archiveIn(Path folder) {
        return DecoderArchive.of(Holder.COMMAND, Holder.CLASS_PATH, folder);
    }

    static List<String> build(DecoderProtocol.Task task, @Nullable MediaTarget target) {
        List<String> command = new ArrayList<>(Holder.COMMAND);
        command.add(1, "-Xmx" + heapMib(task, target) + "m");
        if (Holder.ARCHIVE != null) command.addAll(1, Holder.ARCHIVE.options());
        return command;
    }

    private static long heapMib(DecoderProtocol.Task task, @Nullable MediaTarget target) {
        if (task == DecoderProtocol.Task.PICTURE && target == null) return WHOLE_PICTURE_HEAP_MIB;
        long frameBytes = target == null
                ? 0
                : 3L * target.format().width() * target.format().height();
        return task.ofPicture()
                ? BASE_HEAP_MIB + PROFILE_HEAP_MIB + ((PICTURES_IN_HEAP * frameBytes) >> 20)
                : BASE_HEAP_MIB + ((FRAMES_IN_HEAP * frameBytes) >> 20);
    }

    /** Worked out once a process. */
    private static final class Holder {
        private static final String CLASS_PATH = classPath();
        private static final List<String> COMMAND = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:-UsePerfData",
                "-XX:-StackTraceInThrowable",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-CreateCoredumpOnCrash",
                "-Xlog:disable",
                "-XX:+DisplayVMOutputToStderr",
                "-XX:ErrorFile=/dev/null",
                "-Djava.awt.headless=true",
                "-Dorg.bytedeco.javacpp.loadlibraries=false",
                "-Dorg.bytedeco.javacpp.nopointergc=true",
                "-D" + DecoderMain.LIBRARIES_PROPERTY + "=" + libraries(),
                "-cp",
                CLASS_PATH,
                DecoderMain.class.getName());
        private static final @Nullable DecoderArchive ARCHIVE = archiveIn(cache());
    }

    private static Path cache() {
        try {
            return Loader.getCacheDir().toPath();
        } catch (IOException e) {
            throw new CodecFailedException("there is no folder to unpack the native libraries in", e);
        }
    }

    /** Where this process has unpacked them, each after those that it needs. */
    private static String libraries() {
        List<String> paths = new ArrayList<>();
        for (Class<?> library : List.of(
                org.bytedeco.javacpp.presets.javacpp.class,
                avutil.class,
                swresample.class,
                avcodec.class,
                avformat.class,
                swscale.class)) {
            paths.add(Loader.load(library));
        }
        return String.join(File.pathSeparator, paths);
    }

    private static String classPath() {
        String configured = System.getProperty(CLASS_PATH_PROPERTY);
        if (configured != null) return configured;
        Set<String> places = new LinkedHashSet<>();
        for (Class<?> type :
                List.of(DecoderMain.class, dev.zoetrope.tensors.HostTensor.class, Loader.class, avcodec.class)) {
            Path place = placeOf(type);
            if (place == null) return System.getProperty("java.class.path");
            places.add(place.toString());
        }
        return String.join(File.pathSeparator, places);
    }

    /** The folder or jar that a class was loaded from; null if that is no file. */
    private static @Nullable Path placeOf(Class<?> type) {
        String name = '/' + type.getName().replace('.', '/') + ".class";
        URL url = type.getResource(name);
        if (url == null) return null;
        try {
            if (url.getProtocol().equals("file")) {
                String text = url.toString();
                return Path.of(new URI(text.substring(0, text.length() - name.length() + 1)));
            }
            URLConnection connection = url.openConnection();
            if (!(connection instanceof JarURLConnection jar)) return null;
            Path file = Path.of(new URI(jar.getJarFileURL().toString()));
            return Files.isRegularFile(file) ? file : null;
        } catch (IOException | URISyntaxException | IllegalArgumentException e) {
            return null;
        }
    }
}
