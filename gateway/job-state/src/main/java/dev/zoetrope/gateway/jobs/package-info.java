/**
 * Jobs as the facts tell of them. Each replica reads all facts and keeps every job in memory; one replica per partition of the
 * facts topic owns it, which writes snapshots, so that a restart need not read everything again, and looks for jobs that
 * nobody works on.
 *
 * <ul>
 *   <li>{@code zoetrope.jobs} → {@link dev.zoetrope.gateway.jobs.JobBoard} (all replicas, all partitions)
 *   <li>board → {@code zoetrope.job-views} (the partition's owner, with the offset up to which it counts, in one transaction)
 *   <li>start: views, then facts from the committed offset
 * </ul>
 */
@NullMarked
package dev.zoetrope.gateway.jobs;

import org.jspecify.annotations.NullMarked;
