/** {@code /v1/videos}: the OpenAI Videos protocol. */
@NullMarked
package dev.zoetrope.gateway.videos;

import org.jspecify.annotations.NullMarked;
