/**
 * All services in one JVM. The broker and the store run inside it, on loopback and free ports, with their data in one folder;
 * the services do not know, and talk to them as to a cluster's.
 */
@NullMarked
package dev.zoetrope.standalone;

import org.jspecify.annotations.NullMarked;
