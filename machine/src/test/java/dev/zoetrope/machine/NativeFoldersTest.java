package dev.zoetrope.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeFoldersTest {
    @TempDir
    Path folder;

    @Test
    void a_home_that_does_is_left_alone() {
        // Given
        Properties properties = properties(folder, folder);
        // When
        NativeFolders.settle(Map.of(), properties, List.of());
        // Then
        assertThat(properties).containsOnlyKeys("user.home", "java.io.tmpdir", "user.name");
    }

    @Test
    void without_a_home_the_first_fit_folder_is_taken() {
        // Given
        Properties properties = properties(Path.of("/nonexistent"), folder);
        Path state = folder.resolve("state/native");
        // When
        NativeFolders.settle(Map.of(), properties, List.of(Path.of("/proc/native"), state));
        // Then
        assertThat(properties)
                .containsEntry("org.bytedeco.javacpp.cachedir", state + "/javacpp")
                .containsEntry("DJL_CACHE_DIR", state + "/djl")
                .doesNotContainKey("org.xerial.snappy.tempdir");
    }

    @Test
    void a_home_that_java_does_not_know_is_no_folder_beside_the_program() {
        assertThat(NativeFolders.isFit(Path.of("?"))).isFalse();
    }

    @Test
    void what_somebody_has_set_stays() {
        // Given
        Properties properties = properties(Path.of("/nonexistent"), folder);
        properties.setProperty("org.bytedeco.javacpp.cachedir", "/mine");
        // When
        NativeFolders.settle(Map.of("DJL_CACHE_DIR", "/djl"), properties, List.of(folder));
        // Then
        assertThat(properties)
                .containsEntry("org.bytedeco.javacpp.cachedir", "/mine")
                .doesNotContainKey("DJL_CACHE_DIR");
    }

    @Test
    void one_setting_names_the_folder_of_all() {
        // Given
        Properties properties = properties(folder, folder);
        Path named = folder.resolve("native");
        // When
        NativeFolders.settle(Map.of("ZOETROPE_NATIVE", named.toString()), properties, List.of());
        // Then
        assertThat(properties)
                .containsEntry("DJL_CACHE_DIR", named + "/djl")
                .containsEntry("ZstdTempFolder", named.toString());
    }

    @Test
    void a_folder_of_others_in_the_temporary_folder_is_not_taken() throws Exception {
        // Given
        Properties properties = properties(Path.of("/nonexistent"), folder);
        Files.createDirectory(
                folder.resolve("zoetrope-somebody"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx")));
        Files.setPosixFilePermissions(
                folder.resolve("zoetrope-somebody"), PosixFilePermissions.fromString("rwxrwxrwx"));
        // When
        assertThatThrownBy(() -> NativeFolders.settle(Map.of(), properties, List.of()))
                // Then
                .isInstanceOf(NoNativeFolderException.class)
                .hasMessageContaining("noexec")
                .hasMessageContaining(folder + "/zoetrope-somebody")
                .hasMessageEndingWith("name one with ZOETROPE_NATIVE");
    }

    @Test
    void a_folder_that_is_mounted_noexec_is_not_fit() throws Exception {
        // Given: as root only
        Path mount = Files.createDirectory(folder.resolve("noexec"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "noexec", "none", mount.toString()) == 0);
        try {
            // Then
            assertThat(NativeFolders.isFit(mount)).isFalse();
        } finally {
            assertThat(run("umount", mount.toString())).isZero();
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    }

    private static Properties properties(Path home, Path temporary) {
        Properties properties = new Properties();
        properties.setProperty("user.home", home.toString());
        properties.setProperty("java.io.tmpdir", temporary.toString());
        properties.setProperty("user.name", "somebody");
        return properties;
    }
}
