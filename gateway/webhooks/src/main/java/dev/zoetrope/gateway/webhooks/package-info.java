/**
 * Telling others that a video has ended: endpoints as OpenAI's clients keep them, events signed after Standard Webhooks.
 *
 * <p>The outbox is the job itself: an end that no {@code WebhookSettled} fact follows is still to be told. So nothing is lost with
 * a gateway, and what is told twice has the same id.
 */
@NullMarked
package dev.zoetrope.gateway.webhooks;

import org.jspecify.annotations.NullMarked;
