package dev.zoetrope.gateway.jobs;

import dev.zoetrope.contracts.Topics;

/** What the projection keeps in Kafka. */
final class LogNames {
    /** Snapshots of jobs, keyed by job id, compacted. */
    static final String VIEWS = "zoetrope.job-views";

    /** The group whose members are the stewards and whose offsets say up to where the snapshots count. */
    static final String GROUP = "zoetrope.gateway";

    /** Facts, keyed by job. */
    static final String FACTS = Topics.JOBS;

    private LogNames() {}
}
