package dev.zoetrope.clients;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.HttpResponse;
import com.openai.models.videos.Video;
import com.openai.models.videos.VideoCreateParams;
import com.openai.models.videos.VideoSeconds;
import com.openai.models.videos.VideoSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A prompt becomes a file, with the stock {@code openai-java}: only the base URL and the key are Zoetrope's. */
public final class GenerateWithSdk {
    private GenerateWithSdk() {}

    /** Arguments: base URL such as {@code http://127.0.0.1:8080/v1}, prompt, file. */
    public static void main(String[] args) throws IOException, InterruptedException {
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(args[0])
                .apiKey(System.getenv().getOrDefault("ZOETROPE_KEY", "none-needed-on-loopback"))
                .build();
        try {
            generate(client, args[1], Path.of(args[2]));
        } finally {
            client.close();
        }
    }

    private static void generate(OpenAIClient client, String prompt, Path file)
            throws IOException, InterruptedException {
        Video video = client.videos()
                .create(VideoCreateParams.builder()
                        .prompt(prompt)
                        .seconds(VideoSeconds.of("4"))
                        .size(VideoSize.of("64x64"))
                        .build());
        while (video.status().equals(Video.Status.QUEUED) || video.status().equals(Video.Status.IN_PROGRESS)) {
            Thread.sleep(500);
            video = client.videos().retrieve(video.id());
        }
        if (!video.status().equals(Video.Status.COMPLETED)) {
            throw new IOException("the video failed: " + video.error());
        }
        try (HttpResponse content = client.videos().downloadContent(video.id());
                InputStream body = content.body()) {
            Files.copy(body, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
