/**
 * The mesh's infrastructure inside this JVM: a real Kafka broker and a real S3 store, on loopback and ports of their own, with
 * all data under one folder. They speak the same protocols as a cluster's, so whatever works here works there; what they lack
 * is replicas, and, in the store, lifecycle rules.
 */
@NullMarked
package dev.zoetrope.embedded;

import org.jspecify.annotations.NullMarked;
