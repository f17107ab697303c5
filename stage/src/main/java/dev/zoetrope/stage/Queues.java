package dev.zoetrope.stage;

import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Topics and groups as stages need them, made where they are not there yet; nothing that exists is changed. */
final class Queues implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Queues.class);
    private static final Duration GLANCE = Duration.ofSeconds(3);

    /** An order issued before the group's first member would be lost with the default, {@code latest}. */
    private static final ConfigEntry FROM_THE_FIRST = new ConfigEntry("share.auto.offset.reset", "earliest");

    private final Admin admin;
    private final StageSettings settings;

    Queues(Map<String, Object> kafka, StageSettings settings) {
        Map<String, Object> adminSettings = new HashMap<>(kafka);
        adminSettings.putIfAbsent("default.api.timeout.ms", 15_000);
        adminSettings.putIfAbsent("request.timeout.ms", 5_000);
        this.admin = Admin.create(adminSettings);
        this.settings = settings;
    }

    /**
     * Makes topics and groups.
     *
     * @throws KafkaException when the broker cannot be reached or refuses
     */
    void prepare(Collection<StageLane> lanes) {
        createTopics();
        for (StageLane lane : lanes) startFromTheFirst(lane.group());
    }

    private void createTopics() {
        Set<String> existing = get(admin.listTopics().names());
        List<NewTopic> absent = new ArrayList<>();
        for (String name : Topics.all()) {
            if (!existing.contains(name)) absent.add(topic(name));
        }
        admin.createTopics(absent).values().forEach((name, created) -> {
            try {
                get(created);
                log.atInfo().addKeyValue("topic", name).log("topic created");
            } catch (TopicExistsException e) {
                // Another service was faster.
            }
        });
    }

    private NewTopic topic(String name) {
        boolean orders =
                Arrays.stream(Stage.values()).anyMatch(stage -> stage.topic().equals(name));
        Optional<Short> copies = settings.replication() < 0 ? Optional.empty() : Optional.of(settings.replication());
        int partitions = orders ? settings.orderPartitions() : name.equals(Topics.JOBS) ? settings.jobPartitions() : 1;
        return new NewTopic(name, Optional.of(partitions), copies).configs(Topics.settings(name));
    }

    private void startFromTheFirst(String group) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
        get(admin.incrementalAlterConfigs(
                        Map.of(resource, List.of(new AlterConfigOp(FROM_THE_FIRST, AlterConfigOp.OpType.SET))))
                .all());
    }

    /** Whether the broker answers. */
    boolean reachable() {
        try {
            return !admin.describeCluster()
                    .nodes()
                    .get(GLANCE.toMillis(), TimeUnit.MILLISECONDS)
                    .isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static <T> T get(org.apache.kafka.common.KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while the broker was asked", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KafkaException cause) throw cause;
            throw new KafkaException("the broker's answer was not understood", e.getCause());
        }
    }

    @Override
    public void close() {
        admin.close(GLANCE);
    }
}
