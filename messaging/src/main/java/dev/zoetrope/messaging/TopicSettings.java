package dev.zoetrope.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How topics are made: {@code zoetrope.topics.*}, the same for every service of a mesh. */
@ConfigMapping(prefix = "zoetrope.topics")
public interface TopicSettings {
    /** Partitions of each queue of orders. Fewer than workers: see the README of {@code stage}. */
    @WithDefault("1")
    int orderPartitions();

    /** Partitions of the facts, and of the jobs' snapshots. Each gateway replica looks after some of them. */
    @WithDefault("4")
    int factPartitions();

    /** Copies of each partition; -1 for the broker's default. */
    @WithDefault("-1")
    short replication();
}
