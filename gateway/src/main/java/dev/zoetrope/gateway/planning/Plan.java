package dev.zoetrope.gateway.planning;

import dev.zoetrope.contracts.JobSpec;

/**
 * A wish that can be made.
 *
 * @param spec what the job makes
 * @param seconds its length as clients read it, {@code "4"}
 */
public record Plan(JobSpec spec, String seconds) {}
