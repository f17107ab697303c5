package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What an endpoint can be told of. */
public enum WebhookEvent {
    @JsonProperty("video.completed")
    VIDEO_COMPLETED,
    @JsonProperty("video.failed")
    VIDEO_FAILED
}
