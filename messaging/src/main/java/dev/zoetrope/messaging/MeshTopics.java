package dev.zoetrope.messaging;

import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every topic of the mesh and how it is kept. Each service calls {@link #ensure} at its start, so the first one makes them, and
 * whichever that is makes the same.
 *
 * <p>A topic that is there already, because a client's library or an operator made it, is never changed downwards. What it has
 * from the broker's defaults is set; limits of size are raised; partitions are added where no order of records is lost by it. The
 * rest stays, and a warning says what was expected.
 */
public final class MeshTopics {
    /** Snapshots of jobs, keyed by job id and compacted: the gateways' own, no contract. */
    public static final String JOB_VIEWS = "zoetrope.job-views";

    private static final Logger log = LoggerFactory.getLogger(MeshTopics.class);
    private static final String LARGEST = "max.message.bytes";
    private static final String RETENTION = "retention.ms";
    private static final String CLEANUP = "cleanup.policy";
    private static final String WEEK_MILLIS = Long.toString(7L * 24 * 60 * 60 * 1000);

    /** An order issued before its group's first member would be lost with the default, {@code latest}. */
    private static final ConfigEntry FROM_THE_FIRST = new ConfigEntry("share.auto.offset.reset", "earliest");

    private final Admin admin;
    private final TopicSettings settings;

    public MeshTopics(Admin admin, TopicSettings settings) {
        this.admin = admin;
        this.settings = settings;
    }

    /**
     * Makes the topics that are missing, and sees to those that are there and to the queues' groups.
     *
     * @throws KafkaException when the broker cannot be reached or refuses
     */
    public void ensure() {
        Map<String, NewTopic> wanted = wanted().stream().collect(Collectors.toMap(NewTopic::name, Function.identity()));
        admin.createTopics(absent(wanted)).values().forEach((name, created) -> {
            try {
                get(created);
                log.atInfo().addKeyValue("topic", name).log("topic created");
                wanted.remove(name);
            } catch (TopicExistsException e) {
                // Somebody else was faster.
            }
        });
        try {
            adjust(wanted.values());
        } catch (AuthorizationException e) {
            log.atWarn().addKeyValue("cause", e.getMessage()).log("topics that exist could not be compared");
        }
        startFromTheFirst();
    }

    private List<NewTopic> absent(Map<String, NewTopic> wanted) {
        Collection<String> there = get(admin.listTopics().names());
        return wanted.values().stream()
                .filter(topic -> !there.contains(topic.name()))
                .toList();
    }

    private List<NewTopic> wanted() {
        Map<String, String> kept = Map.of(LARGEST, Integer.toString(Topics.LARGEST_MESSAGE), RETENTION, "-1");
        Map<String, String> week = Map.of(LARGEST, Integer.toString(Topics.LARGEST_MESSAGE), RETENTION, WEEK_MILLIS);
        Map<String, String> latest = Map.of(LARGEST, Integer.toString(Topics.LARGEST_MESSAGE), CLEANUP, "compact");
        Map<String, String> views = Map.of(
                LARGEST,
                Integer.toString(Topics.LARGEST_MESSAGE),
                CLEANUP,
                "compact",
                "min.cleanable.dirty.ratio",
                "0.2",
                "segment.ms",
                "3600000");
        // An order may wait, and a fact be asked for, as long as it takes.
        return Stream.concat(
                        Arrays.stream(Stage.values())
                                .map(stage -> topic(stage.topic(), settings.orderPartitions(), kept)),
                        Stream.of(
                                topic(Topics.JOBS, settings.factPartitions(), kept),
                                topic(JOB_VIEWS, settings.factPartitions(), views),
                                topic(Topics.REQUESTS, 1, kept),
                                topic(Topics.DEAD_LETTERS, 1, kept),
                                topic(Topics.CONTROL, 1, week),
                                topic(Topics.MODELS, 1, latest)))
                .toList();
    }

    private NewTopic topic(String name, int partitions, Map<String, String> configs) {
        Optional<Short> copies = settings.replication() < 0 ? Optional.empty() : Optional.of(settings.replication());
        return new NewTopic(name, Optional.of(partitions), copies).configs(configs);
    }

    private void adjust(Collection<NewTopic> existing) {
        Map<String, TopicDescription> descriptions =
                get(admin.describeTopics(existing.stream().map(NewTopic::name).toList())
                        .allTopicNames());
        Map<ConfigResource, Config> configs = get(admin.describeConfigs(
                        existing.stream().map(MeshTopics::resource).toList())
                .all());
        for (NewTopic topic : existing) {
            adjust(topic, Objects.requireNonNull(configs.get(resource(topic))));
            adjust(topic, Objects.requireNonNull(descriptions.get(topic.name())));
        }
    }

    private void adjust(NewTopic wanted, Config present) {
        List<AlterConfigOp> changes = new ArrayList<>();
        wanted.configs().forEach((name, value) -> {
            ConfigEntry entry = present.get(name);
            if (entry == null || suffices(name, entry.value(), value)) return;
            boolean chosen = entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
            if (chosen && !name.equals(LARGEST)) {
                warn(wanted, name, value, entry.value(), "set it by kafka-configs --alter unless it was meant");
            } else {
                log.atInfo()
                        .addKeyValue("topic", wanted.name())
                        .addKeyValue("setting", name)
                        .addKeyValue("from", entry.value())
                        .addKeyValue("to", value)
                        .log("topic changed");
                changes.add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET));
            }
        });
        if (!changes.isEmpty()) {
            get(admin.incrementalAlterConfigs(Map.of(resource(wanted), changes)).all());
        }
    }

    private static boolean suffices(String name, String present, String wanted) {
        return switch (name) {
            case LARGEST -> Long.parseLong(present) >= Long.parseLong(wanted);
            // Without a limit is -1.
            case RETENTION ->
                present.equals("-1") || !wanted.equals("-1") && Long.parseLong(present) >= Long.parseLong(wanted);
            default -> present.equals(wanted);
        };
    }

    private void adjust(NewTopic wanted, TopicDescription present) {
        int partitions = present.partitions().size();
        if (partitions < wanted.numPartitions()) {
            if (isQueue(wanted.name()) || isEmpty(present)) {
                addPartitions(wanted, partitions);
            } else {
                warn(
                        wanted,
                        "partitions",
                        wanted.numPartitions(),
                        partitions,
                        "records stay where their keys put them, so it is not changed: set zoetrope.topics.fact-partitions=%d, or delete the topic of a mesh whose jobs may be forgotten"
                                .formatted(partitions));
            }
        }
        int copies = present.partitions().get(0).replicas().size();
        if (copies < wanted.replicationFactor()) {
            warn(wanted, "replication", wanted.replicationFactor(), copies, "use kafka-reassign-partitions");
        }
    }

    private void addPartitions(NewTopic wanted, int from) {
        try {
            get(admin.createPartitions(Map.of(wanted.name(), NewPartitions.increaseTo(wanted.numPartitions())))
                    .all());
            log.atInfo()
                    .addKeyValue("topic", wanted.name())
                    .addKeyValue("setting", "partitions")
                    .addKeyValue("from", from)
                    .addKeyValue("to", wanted.numPartitions())
                    .log("topic changed");
        } catch (InvalidPartitionsException e) {
            // Another service was faster.
        }
    }

    private static boolean isQueue(String topic) {
        return Arrays.stream(Stage.values()).anyMatch(stage -> stage.topic().equals(topic));
    }

    private boolean isEmpty(TopicDescription topic) {
        Map<TopicPartition, OffsetSpec> question = topic.partitions().stream()
                .collect(Collectors.toMap(
                        partition -> new TopicPartition(topic.name(), partition.partition()),
                        partition -> OffsetSpec.latest()));
        return get(admin.listOffsets(question).all()).values().stream()
                .mapToLong(ListOffsetsResultInfo::offset)
                .allMatch(end -> end == 0);
    }

    private static void warn(NewTopic topic, String setting, Object expected, Object came, String whatToDo) {
        log.atWarn()
                .addKeyValue("topic", topic.name())
                .addKeyValue("setting", setting)
                .addKeyValue("expected", expected)
                .addKeyValue("came", came)
                .addKeyValue("remedy", whatToDo)
                .log("topic is not as the mesh makes it");
    }

    private void startFromTheFirst() {
        Map<ConfigResource, Collection<AlterConfigOp>> groups = Arrays.stream(Stage.values())
                .map(Stage::shareGroup)
                .distinct()
                .collect(Collectors.toMap(
                        group -> new ConfigResource(ConfigResource.Type.GROUP, group),
                        group -> List.of(new AlterConfigOp(FROM_THE_FIRST, AlterConfigOp.OpType.SET))));
        get(admin.incrementalAlterConfigs(groups).all());
    }

    private static ConfigResource resource(NewTopic topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    }

    private static <T> T get(KafkaFuture<T> future) {
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
}
