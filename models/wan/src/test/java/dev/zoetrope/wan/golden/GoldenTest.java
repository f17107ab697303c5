package dev.zoetrope.wan.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Every case of {@code src/test/golden}, or of the folder that {@code -Dgolden} names instead. */
class GoldenTest {
    private static final Runner SCHEDULER = new SchedulerRunner();
    private static final List<Runner> RUNNERS = List.of(
            SCHEDULER,
            new Umt5Runner(),
            new ClipRunner(),
            new TransformerRunner(),
            new VaeRunner(),
            new GenerationRunner());
    private static final List<String> TABLE = new ArrayList<>();

    @TestFactory
    Stream<DynamicTest> every_case_agrees_with_the_reference() throws IOException {
        return cases(path -> run(path, Precision.EXACT));
    }

    /** Only of our own cases: how far half precision may be off depends on the sizes of a case's numbers. */
    @TestFactory
    @DisabledIfSystemProperty(named = "golden", matches = ".+")
    Stream<DynamicTest> every_case_of_a_network_is_near_the_reference_in_half_precision() throws IOException {
        return cases(path -> {
            if (!SCHEDULER.takes(GoldenCase.open(path))) run(path, Precision.HALF);
        });
    }

    private static Stream<DynamicTest> cases(Consumer<Path> test) throws IOException {
        Path folder = folder();
        assertThat(folder).as("the folder of golden cases").isDirectory();
        List<Path> cases = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.sorted().toList()) {
                if (Files.isDirectory(entry)) {
                    cases.add(entry);
                } else {
                    assertThat(entry.getFileName())
                            .as("a file that no case uses")
                            .hasToString("README.md");
                }
            }
        }
        assertThat(cases).as("golden cases in " + folder).isNotEmpty();
        return cases.stream()
                .map(path -> DynamicTest.dynamicTest(path.getFileName().toString(), () -> test.accept(path)));
    }

    private static Path folder() {
        String given = System.getProperty("golden", "");
        if (given.isBlank()) return Path.of("src/test/golden").toAbsolutePath();
        return Path.of(System.getProperty("golden.relative.to", "."))
                .resolve(given)
                .normalize();
    }

    private static void run(Path path, Precision precision) {
        GoldenCase golden = GoldenCase.open(path);
        List<Runner> takers = RUNNERS.stream().filter(r -> r.takes(golden)).toList();
        assertThat(takers).as("kinds of the case " + path).hasSize(1);
        long start = System.nanoTime();
        List<Measured> results = takers.get(0).run(golden, precision);
        double seconds = (System.nanoTime() - start) / 1e9;
        for (Measured result : results) {
            TABLE.add(String.format(
                    Locale.ROOT,
                    "%-28s %-5s %-12s %-13s %10.2e %10.2e %7.2f s%s",
                    golden.name(),
                    precision.dtype(),
                    takers.get(0).kind(),
                    result.what(),
                    result.error(),
                    result.tolerance(),
                    seconds,
                    result.passes() ? "" : "  TOO FAR"));
        }
        assertThat(golden.unused())
                .as("files and tensors of the case that nothing used")
                .isEmpty();
        assertThat(results).as("distances from the reference").isNotEmpty().allMatch(Measured::passes);
    }

    @AfterAll
    static void print_how_far_each_case_is() {
        System.out.printf(
                "%n%-28s %-5s %-12s %-13s %10s %10s %9s%n",
                "golden case", "type", "kind", "what", "error", "tolerance", "time");
        TABLE.forEach(System.out::println);
    }
}
