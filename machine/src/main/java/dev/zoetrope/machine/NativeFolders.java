package dev.zoetrope.machine;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where libraries unpack their native code. By default that is the user's home or the machine's temporary folder; the home may
 * not exist, and either may be read-only or mounted noexec. What somebody has set stays as it is.
 */
final class NativeFolders {
    /** The folder that everything is unpacked to, when it is set. */
    static final String SETTING = "ZOETROPE_NATIVE";

    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final String JAVACPP = "org.bytedeco.javacpp.cachedir";
    private static final String DJL = "DJL_CACHE_DIR";
    private static final List<String> IN_TEMPORARY_FOLDER =
            List.of("jna.tmpdir", "org.xerial.snappy.tempdir", "ZstdTempFolder", "io.netty.native.workdir");

    private NativeFolders() {}

    static void settle(Map<String, String> environment, Properties properties, List<Path> folders) {
        String named = environment.getOrDefault(SETTING, "");
        Path temporary = Path.of(properties.getProperty("java.io.tmpdir"));
        boolean home = named.isEmpty() && isFit(Path.of(properties.getProperty("user.home", "")));
        boolean temp = named.isEmpty() && isFit(temporary);
        if (home && temp) return;
        Path folder = named.isEmpty() ? first(folders, temporary, properties) : required(Path.of(named));
        if (!home && !environment.containsKey(DJL)) set(properties, DJL, folder.resolve("djl"));
        if (!home) set(properties, JAVACPP, folder.resolve("javacpp"));
        if (!temp) IN_TEMPORARY_FOLDER.forEach(property -> set(properties, property, folder));
    }

    private static void set(Properties properties, String property, Path folder) {
        properties.putIfAbsent(property, folder.toString());
    }

    private static Path required(Path named) {
        Path folder = named.toAbsolutePath();
        if (!isMade(folder) || !isFit(folder)) throw none(SETTING + " is " + named);
        return folder;
    }

    private static Path first(List<Path> folders, Path temporary, Properties properties) {
        List<Path> tried = new ArrayList<>();
        for (Path folder : folders) {
            tried.add(folder);
            if (isMade(folder) && isFit(folder)) return folder;
        }
        Path own = temporary.resolve("zoetrope-" + properties.getProperty("user.name", "user"));
        tried.add(own);
        if (isFit(temporary) && isOwn(own)) return own;
        throw none("neither the home folder is fit nor one of " + tried);
    }

    private static NoNativeFolderException none(String what) {
        return new NoNativeFolderException(
                "expected a folder for native libraries that can be written to and is not mounted" + " noexec, but "
                        + what + "; name one with " + SETTING);
    }

    private static boolean isMade(Path folder) {
        try {
            Files.createDirectories(folder);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether it is this user's alone: another one of the machine could have made it first. */
    private static boolean isOwn(Path folder) {
        try {
            Files.createDirectory(folder, PRIVATE);
            return true;
        } catch (FileAlreadyExistsException e) {
            return belongsToThisUser(folder);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean belongsToThisUser(Path folder) {
        Path probe = null;
        try {
            probe = Files.createTempFile("zoetrope-", null);
            return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(probe))
                    && Files.getPosixFilePermissions(folder).equals(PRIVATE.value());
        } catch (IOException e) {
            return false;
        } finally {
            delete(probe);
        }
    }

    /** Whether a file can be written there and run: access(2) says no to the latter on a noexec mount, to root as well. */
    static boolean isFit(Path folder) {
        if (!folder.isAbsolute() || !Files.isDirectory(folder)) return false;
        Path probe = null;
        try {
            probe = Files.createTempFile(folder, ".zoetrope-", null, PRIVATE);
            return Files.isExecutable(probe);
        } catch (IOException e) {
            return false;
        } finally {
            delete(probe);
        }
    }

    private static void delete(@Nullable Path probe) {
        if (probe == null) return;
        try {
            Files.deleteIfExists(probe);
        } catch (IOException e) {
            // An empty file stays.
        }
    }
}
