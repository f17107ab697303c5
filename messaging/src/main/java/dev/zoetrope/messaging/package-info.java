/**
 * How messages travel. {@link dev.zoetrope.messaging.MeshTopics} makes every topic and says how it is kept; {@link
 * dev.zoetrope.messaging.Publisher} writes messages, each with the key and headers that the contracts give it; orders are taken
 * from a {@link dev.zoetrope.messaging.ShareQueue} as {@link dev.zoetrope.messaging.Delivery deliveries}; what every process reads
 * for itself comes by a {@link dev.zoetrope.messaging.TailReader}.
 */
@NullMarked
package dev.zoetrope.messaging;

import org.jspecify.annotations.NullMarked;
