/**
 * What the stages hand to each other, in an S3 store: tensors as safetensors objects, videos and pictures as files.
 *
 * <p>An {@link dev.zoetrope.contracts.ArtifactRef} travels over Kafka, the bytes do not. {@link
 * dev.zoetrope.artifacts.ArtifactKeys} says where each artifact lies, so that work which is done twice finds what the first time
 * made; {@link dev.zoetrope.artifacts.Artifacts} writes and reads it.
 */
@NullMarked
package dev.zoetrope.artifacts;

import org.jspecify.annotations.NullMarked;
