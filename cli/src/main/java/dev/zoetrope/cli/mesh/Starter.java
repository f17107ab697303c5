package dev.zoetrope.cli.mesh;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Starts the mesh in the background, unless it runs. */
final class Starter {
    private static final Duration LONGEST_START = Duration.ofMinutes(3);
    private static final long GLANCE_MILLIS = 100;

    private final Home home;
    private final PrintStream out;

    Starter(Home home, PrintStream out) {
        this.home = home;
        this.out = out;
    }

    /** The mesh, ready. */
    RunningMesh up() throws IOException, InterruptedException {
        Optional<RunningMesh> running = RunningMesh.of(home);
        if (running.isPresent()) return ready(running.get().process(), System.nanoTime());
        if (!Files.isRegularFile(home.jar())) {
            throw new IllegalStateException("expected the built services at " + home.jar()
                    + "; build them with ./mvnw -DskipTests -pl standalone -am package");
        }
        createState();
        out.println("starting the mesh in one process; its log is " + home.log());
        long began = System.nanoTime();
        RunningMesh started = ready(launch().toHandle(), began);
        out.printf("ready in %.1f s: %s%n", (System.nanoTime() - began) / 1e9, started.gateway());
        return started;
    }

    private void createState() {
        try {
            Files.createDirectories(home.state());
        } catch (IOException e) {
            throw unusable("made", e);
        }
        if (!Files.isWritable(home.state()) || Files.exists(home.log()) && !Files.isWritable(home.log())) {
            throw unusable("written by this user", null);
        }
    }

    private IllegalStateException unusable(String how, @Nullable IOException cause) {
        return new IllegalStateException(
                "expected a folder to keep log and data in, but " + home.state() + " cannot be " + how
                        + "; name another with ZOETROPE_DATA=FOLDER/data",
                cause);
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>();
        // A session of its own: what stops the terminal's foreground does not stop the mesh.
        Path setsid = Path.of("/usr/bin/setsid");
        if (Files.isExecutable(setsid)) command.add(setsid.toString());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getenv()
                .getOrDefault("ZOETROPE_JAVA_OPTS", "-Xmx1536m -XX:+UseSerialGC")
                .trim()
                .split("\\s+")));
        command.add("-Dfile.encoding=UTF-8");
        command.add("-jar");
        command.add(home.jar().toString());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.program().toFile())
                .redirectErrorStream(true)
                .redirectOutput(home.log().toFile());
        builder.environment().put("ZOETROPE_DATA", home.data().toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putIfAbsent("ZOETROPE_MODELS", home.models().toString());
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private RunningMesh ready(ProcessHandle process, long began) throws IOException, InterruptedException {
        while (process.isAlive()) {
            Optional<RunningMesh> mesh = RunningMesh.of(home);
            if (mesh.isPresent() && new GatewayClient(mesh.get().gateway()).isReady()) return mesh.get();
            if (System.nanoTime() - began > LONGEST_START.toNanos()) {
                throw new IllegalStateException("the mesh runs, but is not ready after " + LONGEST_START.toMinutes()
                        + " minutes; its log is " + home.log());
            }
            Thread.sleep(GLANCE_MILLIS);
        }
        throw new IllegalStateException(lastWords());
    }

    /** What the process said last: where it refuses to start, that is why. */
    private String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(home.log(), StandardCharsets.UTF_8);
        return lines.stream()
                .filter(line -> line.startsWith("zoetrope: "))
                .reduce((earlier, later) -> later)
                .map(line -> line.substring("zoetrope: ".length()))
                .orElseGet(() -> "the mesh ended at its start; its log is " + home.log());
    }
}
