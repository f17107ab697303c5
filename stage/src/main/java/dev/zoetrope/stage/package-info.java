/**
 * The runtime that every stage of the mesh shares: take an order, work, hand on.
 *
 * <p>A service offers {@link dev.zoetrope.stage.StageWork}; {@link dev.zoetrope.stage.StageRuntime} runs it. An order comes from a
 * queue (a Kafka share group), its lock is renewed while the work runs, what the work made is stored before the next order is
 * published, and only then is the order acknowledged. So whatever dies, an order is delivered again, finds what was made already,
 * and goes on from there.
 */
@NullMarked
package dev.zoetrope.stage;

import org.jspecify.annotations.NullMarked;
