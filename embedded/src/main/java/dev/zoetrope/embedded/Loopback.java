package dev.zoetrope.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Ports of the loopback interface, and the folders behind them. */
final class Loopback {
    static final String HOST = "127.0.0.1";

    private Loopback() {}

    /** A port that was free a moment ago. Another process may take it before we do, so its user tries again. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new EmbeddedStartException("no free port on " + HOST, e);
        }
    }

    static void requireFree(String what, int port) {
        if (!isFree(port)) {
            throw new EmbeddedStartException("expected port " + port + " free for the " + what + ", but it is taken");
        }
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As the servers do: a port whose last connections still linger is free.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(HOST, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static Path writable(Path folder) {
        try {
            Path created = Files.createDirectories(folder).toAbsolutePath().normalize();
            Files.delete(Files.createTempFile(created, "probe", null));
            return created;
        } catch (IOException e) {
            throw new EmbeddedStartException("expected a folder to write to, but " + folder + " is not", e);
        }
    }
}
