package dev.zoetrope.codec.untrusted;

import dev.zoetrope.tensors.HostTensor;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Children are started from jars, as those of a service are: a build's folders of classes are packed once a test run. */
public final class PackedClasses implements BeforeAllCallback {
    private static final String CLASS_PATH = Stream.of(DecoderMain.class, HostTensor.class, Loader.class, avcodec.class)
            .map(type -> jar(placeOf(type)).toString())
            .collect(Collectors.joining(File.pathSeparator));

    @Override
    public void beforeAll(ExtensionContext context) {
        System.setProperty(DecoderCommand.CLASS_PATH_PROPERTY, CLASS_PATH);
    }

    private static Path placeOf(Class<?> type) {
        return Path.of(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    private static Path jar(Path place) {
        if (Files.isRegularFile(place)) return place;
        Path jar = place.resolveSibling("packed-" + System.getProperty("surefire.fork", "1") + ".jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> found = Files.walk(place)) {
            List<Path> classes = found.filter(Files::isRegularFile).sorted().toList();
            for (Path one : classes) {
                out.putNextEntry(new JarEntry(place.relativize(one).toString()));
                Files.copy(one, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar;
    }
}
