package dev.zoetrope.contracts.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What an endpoint can be told of. */
public enum WebhookEvent {
    @JsonProperty("video.completed")
    VIDEO_COMPLETED,
    @JsonProperty("video.failed")
    VIDEO_FAILED;

    /** The name in messages. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '.');
    }
}
