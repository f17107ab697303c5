package dev.zoetrope.gateway.jobs;

import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Makes the topics that are missing, as they have to be. Where an operator keeps topics as objects they are there already, and
 * nothing is changed.
 */
public final class SharedTopics {
    private static final Map<String, String> COMPACTED = Map.of(
            "cleanup.policy",
            "compact",
            "min.cleanable.dirty.ratio",
            "0.2",
            "segment.ms",
            "3600000",
            "max.message.bytes",
            String.valueOf(Steward.LARGEST_SNAPSHOT));

    private SharedTopics() {}

    /** Makes what is missing and returns when it is there. */
    public static void ensure(Admin admin) {
        try {
            Set<String> there = admin.listTopics().names().get(30, TimeUnit.SECONDS);
            for (NewTopic topic : wanted()) {
                if (!there.contains(topic.name())) {
                    make(admin, topic);
                }
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the topics could not be made", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while topics were made", e);
        }
    }

    private static void make(Admin admin, NewTopic topic)
            throws InterruptedException, ExecutionException, TimeoutException {
        try {
            admin.createTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private static List<NewTopic> wanted() {
        List<NewTopic> topics = new ArrayList<>();
        // A queue has one partition: a share group deals out partitions, and workers beyond their number would get
        // nothing.
        Arrays.stream(Stage.values())
                .map(stage -> new NewTopic(stage.topic(), Optional.of(1), Optional.empty())
                        .configs(Topics.settings(stage.topic())))
                .forEach(topics::add);
        Set<String> queues = topics.stream().map(NewTopic::name).collect(Collectors.toSet());
        Topics.all().stream()
                .filter(name -> !queues.contains(name))
                .map(name -> new NewTopic(name, Optional.empty(), Optional.empty()).configs(Topics.settings(name)))
                .forEach(topics::add);
        topics.add(new NewTopic(LogNames.VIEWS, Optional.empty(), Optional.empty()).configs(COMPACTED));
        return topics;
    }
}
