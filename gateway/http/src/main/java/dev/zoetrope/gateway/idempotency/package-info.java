/** {@code Idempotency-Key}: a request that comes again is answered as it was the first time, by whichever gateway. */
@NullMarked
package dev.zoetrope.gateway.idempotency;

import org.jspecify.annotations.NullMarked;
