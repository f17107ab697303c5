package dev.zoetrope.clients;

import com.openai.client.OpenAIClient;
import com.openai.core.http.HttpResponseFor;
import com.openai.models.videos.Video;
import java.util.function.Consumer;

/** Asks for a video until it is made. */
final class Polling {
    private Polling() {}

    /** @throws IllegalStateException when it fails, with the code that the server gives */
    static Video until(OpenAIClient client, Video begun, Consumer<Video> progress) throws InterruptedException {
        Video video = begun;
        while (video.status().equals(Video.Status.QUEUED) || video.status().equals(Video.Status.IN_PROGRESS)) {
            long pause;
            try (HttpResponseFor<Video> response =
                    client.videos().withRawResponse().retrieve(video.id())) {
                video = response.parse();
                // The server says how long to wait before the next question.
                pause = response.headers().values("openai-poll-after-ms").stream()
                        .mapToLong(Long::parseLong)
                        .findFirst()
                        .orElse(0);
            }
            progress.accept(video);
            Thread.sleep(pause);
        }
        if (!video.status().equals(Video.Status.COMPLETED)) {
            String why = video.error()
                    .map(error -> error.code() + ": " + error.message())
                    .orElse("no reason given");
            throw new IllegalStateException(video.id() + " failed: " + why);
        }
        return video;
    }
}
