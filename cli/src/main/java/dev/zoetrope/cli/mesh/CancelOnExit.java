package dev.zoetrope.cli.mesh;

import java.io.IOException;
import java.io.PrintStream;

/** Cancels a video when the command is stopped, as by Ctrl-C, before it is closed. */
final class CancelOnExit implements AutoCloseable {
    private final GatewayClient gateway;
    private final String id;
    private final PrintStream out;
    private final Thread hook = new Thread(this::cancel, "cancel-on-exit");

    CancelOnExit(GatewayClient gateway, String id, PrintStream out) {
        this.gateway = gateway;
        this.id = id;
        this.out = out;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void cancel() {
        out.println();
        try {
            gateway.cancel(id);
            out.println("cancelled " + id);
        } catch (IOException | GatewayRefused e) {
            out.println(id + " could not be cancelled: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        out.flush();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is being stopped: the hook runs.
        }
    }
}
