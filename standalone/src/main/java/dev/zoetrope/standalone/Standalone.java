package dev.zoetrope.standalone;

import dev.zoetrope.embedded.EmbeddedStartException;
import dev.zoetrope.machine.Machine;
import dev.zoetrope.machine.NoNativeFolderException;
import io.quarkus.runtime.Application;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** Starts broker and store, then all services, in this JVM; ends them in the other order. */
@QuarkusMain
public class Standalone {
    /** What a shell takes for "cannot start": the caller has to change something. */
    private static final int REFUSED = 2;

    private Standalone() {}

    public static void main(String[] args) {
        Machine.settleLocale();
        try {
            start(Options.of(System.getProperties(), System.getenv()));
        } catch (StartRefused | EmbeddedStartException | NoNativeFolderException e) {
            System.err.println("zoetrope: " + e.getMessage());
            // Whatever half-started thread there is would keep the JVM alive.
            System.exit(REFUSED);
        }
        Quarkus.run(args);
    }

    private static void start(Options options) {
        Optional<RunFile> other = RunFile.running(options.runFile(), options.data());
        if (other.isPresent()) {
            throw new StartRefused("already running: " + other.get().gateway() + ", process "
                    + other.get().pid() + ", data in " + other.get().data());
        }
        createFolder(options);
        int port = options.freePort();
        TemporaryFolder temporary = TemporaryFolder.in(options.data());
        Machine.settle(List.of(options.runFile().resolveSibling("native")));
        BrokerAndStore infrastructure = start(options, temporary);
        infrastructure.properties().forEach(Standalone::setIfAbsent);
        setIfAbsent("zoetrope.models.folder", options.models().toString());
        System.setProperty("quarkus.http.port", Integer.toString(port));
        setIfAbsent("quarkus.http.host", "127.0.0.1");
        RunFile here = RunFile.here(
                "http://127.0.0.1:" + port,
                infrastructure.kafka().bootstrapServers(),
                infrastructure.store().endpoint().toString(),
                options.data());
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> stop(options, infrastructure, temporary), "zoetrope-stop"));
        here.write(options.runFile());
    }

    private static BrokerAndStore start(Options options, TemporaryFolder temporary) {
        try {
            BrokerAndStore infrastructure = BrokerAndStore.start(options.data());
            temporary.deleteOthers();
            return infrastructure;
        } catch (RuntimeException e) {
            temporary.delete();
            throw e;
        }
    }

    /** The services end first: they store what they reached, and give their orders back. */
    private static void stop(Options options, BrokerAndStore infrastructure, TemporaryFolder temporary) {
        Application services = Application.currentApplication();
        if (services != null) services.awaitShutdown();
        infrastructure.close();
        RunFile.delete(options.runFile());
        temporary.delete();
    }

    private static void createFolder(Options options) {
        try {
            Files.createDirectories(options.data());
        } catch (IOException e) {
            throw new StartRefused("expected a folder to keep the data in, but " + options.data() + " cannot be made: "
                    + e.getMessage());
        }
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) System.setProperty(property, value);
    }
}
