package dev.zoetrope.cli.mesh;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code zoetrope up}. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Starts all services in one process in the background, broker and store inside, unless they run.")
public final class UpCommand implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
        Home home = Home.of(System.getenv());
        boolean ran = RunningMesh.of(home).isPresent();
        RunningMesh mesh = new Starter(home, System.out).up();
        if (ran) System.out.println("running already: " + mesh.gateway());
        return 0;
    }
}
