package dev.zoetrope.embedded;

import dev.zoetrope.machine.Machine;
import dev.zoetrope.machine.NoNativeFolderException;
import java.nio.file.Path;
import java.util.List;

/** Broker and store in a process of their own, for services in other processes: folder, broker's port, store's port. */
public final class Infrastructure {
    private Infrastructure() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 3) {
            System.err.println("expected a folder, the broker's port and the store's");
            System.exit(2);
        }
        Machine.settleLocale();
        try {
            Path folder = Path.of(arguments[0]);
            Machine.settle(List.of(folder.resolve("native")));
            run(folder, Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        } catch (EmbeddedStartException | NoNativeFolderException | NumberFormatException e) {
            System.err.println(e.getMessage());
            // Half-started threads would keep the JVM alive.
            System.exit(2);
        }
        Thread.currentThread().join();
    }

    private static void run(Path folder, int brokerPort, int storePort) {
        EmbeddedObjectStore store = EmbeddedObjectStore.start(
                folder.resolve("objects"), storePort, EmbeddedObjectStore.Credentials.DEFAULT);
        EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), brokerPort);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            store.close();
            kafka.close();
        }));
        System.out.println("KAFKA_BOOTSTRAP_SERVERS=" + kafka.bootstrapServers());
        System.out.println("ZOETROPE_STORE_ENDPOINT=" + store.endpoint());
        System.out.println("ZOETROPE_STORE_ACCESS_KEY=" + store.credentials().accessKey());
        System.out.println("ZOETROPE_STORE_SECRET_KEY=" + store.credentials().secretKey());
    }
}
