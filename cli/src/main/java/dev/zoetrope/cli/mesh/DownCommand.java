package dev.zoetrope.cli.mesh;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code zoetrope down}. */
@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Stops the services. Jobs and videos are kept; what is under way goes on at the next start.")
public final class DownCommand implements Callable<Integer> {
    /** Longer than a worker takes to store what it reached. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public Integer call() throws Exception {
        Optional<RunningMesh> mesh = RunningMesh.of(Home.of(System.getenv()));
        if (mesh.isEmpty()) {
            System.out.println("nothing runs");
            return 0;
        }
        if (!mesh.get().stop(PATIENCE)) {
            throw new IllegalStateException(
                    "process " + mesh.get().process().pid() + " has not ended within " + PATIENCE.toSeconds() + " s");
        }
        System.out.println("stopped; data stays in " + mesh.get().data());
        return 0;
    }
}
