package dev.zoetrope.embedded;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker that is its own KRaft controller, in this JVM and on loopback. Share groups are on; topics are made on first
 * use with one partition.
 *
 * <p>Topics, records and offsets live under the given folder and survive a restart, on other ports too. One broker at a time may
 * use a folder. {@link #close} stops it in an orderly way and returns when it is down. Safe for use by several threads.
 */
public final class EmbeddedKafka implements AutoCloseable {
    /** "ZoetropeEmbedded" as Kafka writes its ids; constant, so that a folder is formatted once and always recognised. */
    private static final String CLUSTER_ID = "Wm9ldHJvcGVFbWJlZGRlZA";

    private static final int ATTEMPTS = 5;

    private final KafkaRaftServer server;
    private final FolderLock lock;
    private final int port;
    private boolean closed;

    private EmbeddedKafka(KafkaRaftServer server, FolderLock lock, int port) {
        this.lock = lock;
        this.server = server;
        this.port = port;
    }

    /**
     * Starts a broker on a free port and returns when it takes requests.
     *
     * @param folder where its data lies or will lie
     * @throws EmbeddedStartException the folder cannot be written or is in use
     */
    public static EmbeddedKafka start(Path folder) {
        for (int attempt = 1; ; attempt++) {
            int port = Loopback.freePort();
            try {
                return start(folder, port);
            } catch (EmbeddedStartException e) {
                if (attempt == ATTEMPTS || Loopback.isFree(port)) throw e;
            }
        }
    }

    /**
     * Starts a broker on the given port, as after an outage whose clients know the old address.
     *
     * @throws EmbeddedStartException the port is taken, the folder cannot be written or is in use
     */
    public static EmbeddedKafka start(Path folder, int port) {
        QuietLogs.apply();
        Path data = Loopback.writable(folder);
        Loopback.requireFree("Kafka broker", port);
        FolderLock lock = FolderLock.of(data);
        KafkaRaftServer server = null;
        try {
            int controllerPort = Loopback.freePort();
            format(data);
            server = new KafkaRaftServer(new KafkaConfig(settings(data, port, controllerPort)), Time.SYSTEM);
            server.startup();
            return new EmbeddedKafka(server, lock, port);
        } catch (Exception e) {
            stopQuietly(server);
            lock.close();
            throw new EmbeddedStartException("cannot start the Kafka broker on port " + port + " in " + data, e);
        }
    }

    /** What a client sets as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return Loopback.HOST + ":" + port;
    }

    public int port() {
        return port;
    }

    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        server.shutdown();
        server.awaitShutdown();
        lock.close();
    }

    private static void stopQuietly(@Nullable KafkaRaftServer server) {
        if (server == null) return;
        try {
            server.shutdown();
            server.awaitShutdown();
        } catch (RuntimeException e) {
            // The failure to start is what the caller has to hear of.
        }
    }

    private static void format(Path folder) throws Exception {
        new Formatter()
                .setClusterId(CLUSTER_ID)
                .setNodeId(1)
                .addDirectory(folder.toString())
                .setMetadataLogDirectory(folder.toString())
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setIgnoreFormatted(true)
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .run();
    }

    private static Properties settings(Path folder, int port, int controllerPort) {
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                "1",
                "controller.quorum.voters",
                "1@" + Loopback.HOST + ":" + controllerPort,
                "listeners",
                "PLAINTEXT://" + Loopback.HOST + ":" + port + ",CONTROLLER://" + Loopback.HOST + ":" + controllerPort,
                "advertised.listeners",
                "PLAINTEXT://" + Loopback.HOST + ":" + port,
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "controller.listener.names",
                "CONTROLLER",
                "log.dirs",
                folder.toString()));
        settings.putAll(ALONE);
        settings.putAll(SMALL);
        settings.putAll(SWIFT);
        return settings;
    }

    /** One broker cannot keep more than one copy. One partition lets any number of workers share it evenly. */
    private static final Map<String, String> ALONE = Map.of(
            "num.partitions", "1",
            "offsets.topic.num.partitions", "1",
            "offsets.topic.replication.factor", "1",
            "transaction.state.log.num.partitions", "1",
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "share.coordinator.state.topic.num.partitions", "1",
            "share.coordinator.state.topic.replication.factor", "1",
            "share.coordinator.state.topic.min.isr", "1");

    /** The cleaner's buffer would take 128 MiB of heap, and each partition's indexes 20 MiB of disk. */
    private static final Map<String, String> SMALL = Map.of(
            "log.cleaner.dedupe.buffer.size", "2097152",
            "log.index.size.max.bytes", "1048576",
            "num.io.threads", "4",
            "num.network.threads", "2",
            "background.threads", "2");

    /**
     * A restart after {@code kill -9} waits until the killed broker's session lapses; controlled shutdown stays on, or each
     * restart would wait so. A share group hands out its first record at its members' second heartbeat, by default after 5 s.
     */
    private static final Map<String, String> SWIFT = Map.of(
            "broker.session.timeout.ms", "3000",
            "broker.heartbeat.interval.ms", "500",
            "controller.quorum.election.timeout.ms", "200",
            "group.initial.rebalance.delay.ms", "0",
            "group.share.min.heartbeat.interval.ms", "500",
            "group.share.heartbeat.interval.ms", "500");
}
