/** {@code /v1/videos}, the OpenAI Videos protocol with what Zoetrope adds, and {@code /v1/images}, a video of one frame. */
@NullMarked
package dev.zoetrope.gateway.videos;

import org.jspecify.annotations.NullMarked;
