/**
 * Videos made in this process, with no broker and no store: prompt to embeddings to latents to frames to a file. Every task is the same
 * run with other given frames.
 */
@NullMarked
package dev.zoetrope.cli.inprocess;

import org.jspecify.annotations.NullMarked;
