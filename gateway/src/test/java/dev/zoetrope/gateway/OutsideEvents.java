package dev.zoetrope.gateway;

import dev.zoetrope.contracts.CloudEvent;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.GenerationRequested;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.contracts.request.CreateVideo;
import dev.zoetrope.requests.RequestReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Events of another system that asks for videos. */
final class OutsideEvents {
    private OutsideEvents() {}

    /** A request of a new job; nobody's where the owner is null. */
    static GenerationRequested request(String owner, String body) {
        CreateVideo video = RequestReader.ofJson(body.getBytes(StandardCharsets.UTF_8), CreateVideo.class);
        return new GenerationRequested(JobId.video(), owner, video);
    }

    /** Writes the event as one with the same headers each time. */
    static void send(GenerationRequested request) {
        send(Codec.write(request), headers(request));
    }

    static void send(byte[] data, Map<String, byte[]> headers) {
        LocalInfrastructure.stages().send(Topics.REQUESTS, null, data, headers);
    }

    static Map<String, byte[]> headers(GenerationRequested request) {
        return CloudEvent.of(request, "/somewhere/else", null).headers();
    }
}
