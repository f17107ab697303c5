/**
 * What passes between the services. An <b>order</b> is a command to one stage and is worked on once; a <b>fact</b> says what has
 * happened to a job and may be read by anyone. Tensors and files never travel here, only {@link dev.zoetrope.contracts.ArtifactRef
 * references} to them.
 *
 * <p>Evolution: fields are added, their meaning never changes, and an added field is {@code @Nullable}, because messages written
 * before it lack it. A breaking change is a new version beside the old one.
 */
@NullMarked
package dev.zoetrope.contracts;

import org.jspecify.annotations.NullMarked;
