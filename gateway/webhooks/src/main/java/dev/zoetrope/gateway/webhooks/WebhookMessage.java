package dev.zoetrope.gateway.webhooks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * An event as receivers read it.
 *
 * @param id the same each time that the same thing is told to the same endpoint
 */
record WebhookMessage(String id, String type, long createdAt, String video) {
    static final String COMPLETED = "video.completed";
    static final String FAILED = "video.failed";

    /** The event of a video's end for an endpoint. */
    static WebhookMessage of(String type, long createdAt, String video, String endpoint) {
        String told = endpoint + "/" + video + "/" + type;
        UUID id = UUID.nameUUIDFromBytes(told.getBytes(StandardCharsets.UTF_8));
        return new WebhookMessage("evt_" + id.toString().replace("-", ""), type, createdAt, video);
    }

    String body() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", id).put("object", "event").put("created_at", createdAt).put("type", type);
        json.putObject("data").put("id", video);
        return json.toString();
    }
}
