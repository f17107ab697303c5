package dev.zoetrope.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * What the standalone form is asked for.
 *
 * @param data where broker and store keep their data; {@code zoetrope.data} or {@code ZOETROPE_DATA}, else {@code .zoetrope/data}
 * @param runFile where a running form says where it is; {@code run.json} beside the data
 * @param models the folder of models; {@code zoetrope.models.folder}, {@code ZOETROPE_MODELS_FOLDER} or {@code ZOETROPE_MODELS},
 *     else {@code models}
 * @param port the gateway's, which must be free; empty for 8080 or the next free one. {@code quarkus.http.port} or {@code
 *     ZOETROPE_PORT}
 */
record Options(Path data, Path runFile, Path models, Optional<Integer> port) {
    private static final int FIRST_PORT = 8080;
    private static final int PORTS_TRIED = 100;
    /** What Java makes of bytes that are no text in its encoding. */
    private static final char UNREADABLE = '\uFFFD';

    static Options of(Properties properties, Map<String, String> environment) {
        Path data = Path.of(setting(properties, environment, "zoetrope.data", "ZOETROPE_DATA")
                        .orElse(".zoetrope/data"))
                .toAbsolutePath()
                .normalize();
        Path folder = data.getParent() == null ? data : data.getParent();
        return new Options(
                data,
                folder.resolve("run.json"),
                models(properties, environment),
                setting(properties, environment, "quarkus.http.port", "ZOETROPE_PORT")
                        .map(Options::port));
    }

    private static Path models(Properties properties, Map<String, String> environment) {
        Path models = Path.of(setting(properties, environment, "zoetrope.models.folder", "ZOETROPE_MODELS_FOLDER")
                        .or(() -> setting(properties, environment, "zoetrope.models.folder", "ZOETROPE_MODELS"))
                        .orElse("models"))
                .toAbsolutePath()
                .normalize();
        if (!Files.isDirectory(models)) {
            throw new StartRefused(
                    "expected a folder of models, but there is none at " + models + "; name one with ZOETROPE_MODELS");
        }
        return models;
    }

    /** The gateway's port, free at this moment. */
    int freePort() {
        if (port.isPresent()) {
            if (!isFree(port.get())) {
                throw new StartRefused("expected port " + port.get()
                        + " free for the gateway, but another program listens there; choose one with ZOETROPE_PORT");
            }
            return port.get();
        }
        for (int candidate = FIRST_PORT; candidate < FIRST_PORT + PORTS_TRIED; candidate++) {
            if (isFree(candidate)) return candidate;
        }
        throw new StartRefused("no port from " + FIRST_PORT + " to " + (FIRST_PORT + PORTS_TRIED - 1)
                + " is free for the gateway; choose one with ZOETROPE_PORT");
    }

    private static Optional<String> setting(
            Properties properties, Map<String, String> environment, String property, String variable) {
        String value = properties.getProperty(property, environment.getOrDefault(variable, ""));
        if (value.indexOf(UNREADABLE) >= 0) {
            throw new StartRefused(
                    variable + ": expected a text in this process's encoding, " + System.getProperty("sun.jnu.encoding")
                            + ", but " + value + " came; start it with LC_ALL=C.UTF-8");
        }
        return value.isBlank() ? Optional.empty() : Optional.of(value);
    }

    private static int port(String value) {
        try {
            int port = Integer.parseInt(value);
            if (port > 0 && port <= 65_535) return port;
        } catch (NumberFormatException e) {
            // Told below, as a number out of range is.
        }
        throw new StartRefused("expected a port from 1 to 65535 for the gateway, but " + value + " came");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
