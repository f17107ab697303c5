/** What shows a video at a glance: thumbnail, sprite sheet, moving preview. */
@NullMarked
package dev.zoetrope.codec.preview;

import org.jspecify.annotations.NullMarked;
