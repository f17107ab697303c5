package dev.zoetrope.clients;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.MultipartField;
import com.openai.core.http.HttpResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import com.openai.models.images.Image;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.videos.ImageInputReferenceParam;
import com.openai.models.videos.Video;
import com.openai.models.videos.VideoCreateCharacterParams;
import com.openai.models.videos.VideoCreateParams;
import com.openai.models.videos.VideoDownloadContentParams;
import com.openai.models.videos.VideoEditParams;
import com.openai.models.videos.VideoExtendParams;
import com.openai.models.videos.VideoListPage;
import com.openai.models.videos.VideoListParams;
import com.openai.models.videos.VideoRemixParams;
import com.openai.models.videos.VideoSeconds;
import com.openai.models.videos.VideoSize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Makes every call of the API once and checks each answer; what is made lies in a folder afterwards. */
public final class EveryCall {
    private static final String MODEL = "toybox";
    // What the protocol does not know travels along as it is: few steps and frames make this quick.
    private static final JsonValue STEPS = JsonValue.from(2);
    private static final JsonValue FRAMES = JsonValue.from(5);

    private final OpenAIClient client;
    private final Path folder;

    private EveryCall(OpenAIClient client, Path folder) {
        this.client = client;
        this.folder = folder;
    }

    /**
     * @param args the folder
     */
    public static void main(String[] args) throws Exception {
        if (args.length != 1) throw new IllegalArgumentException("expected a folder");
        Path folder = Files.createDirectories(Path.of(args[0]));
        OpenAIClient client = OpenAIOkHttpClient.fromEnv();
        new EveryCall(client, folder).run();
        client.close();
        System.out.println("every call answered as it should");
    }

    private void run() throws Exception {
        byte[] picture = image();
        models();
        FileObject file = file(picture);
        List<Video> videos = create(picture, file);
        list(videos);
        content(videos.get(0));
        fromOthers(videos.get(0));
        character();
        delete(videos.get(3), file);
        error();
    }

    private byte[] image() throws IOException {
        List<Image> images = client.images()
                .generate(ImageGenerateParams.builder()
                        .model(MODEL)
                        .prompt("a red ball")
                        .size("64x64")
                        .responseFormat(ImageGenerateParams.ResponseFormat.B64_JSON)
                        .putAdditionalBodyProperty("steps", STEPS)
                        .build())
                .data()
                .orElseThrow();
        byte[] png = Base64.getDecoder().decode(images.get(0).b64Json().orElseThrow());
        Files.write(folder.resolve("image.png"), png);
        return png;
    }

    private void models() {
        List<String> served = client.models().list().autoPager().stream()
                .map(model -> model.id())
                .toList();
        require(served.contains(MODEL), "expected " + MODEL + " among " + served);
        require(client.models().retrieve(MODEL).id().equals(MODEL), "expected the model that was asked for");
    }

    private FileObject file(byte[] picture) throws IOException {
        FileObject kept = client.files()
                .create(FileCreateParams.builder()
                        .file(part(stream(picture), "ball.png", "image/png"))
                        .purpose(FilePurpose.VISION)
                        .build());
        require(kept.bytes() == picture.length, "expected all bytes of the file");
        require(client.files().retrieve(kept.id()).filename().equals("ball.png"), "expected the file's name");
        require(
                client.files().list().autoPager().stream()
                        .anyMatch(one -> one.id().equals(kept.id())),
                "expected the file in the list");
        try (HttpResponse content = client.files().content(kept.id())) {
            require(Arrays.equals(content.body().readAllBytes(), picture), "expected the file's bytes");
        }
        return kept;
    }

    private List<Video> create(byte[] picture, FileObject file) throws InterruptedException {
        String dataUrl = "data:image/png;base64," + Base64.getEncoder().encodeToString(picture);
        VideoCreateParams.InputReference upload = VideoCreateParams.InputReference.ofStream(stream(picture));
        List<Video> begun = List.of(
                client.videos()
                        .create(quick("a big red ball bounces over the sea")
                                .size(VideoSize.of("64x64"))
                                .build()),
                client.videos()
                        .create(quick("a big red ball moves right over the sea")
                                .inputReference(part(upload, "ball.png", "image/png"))
                                .build()),
                client.videos()
                        .create(quick("a big red ball moves right over the sea")
                                .inputReference(ImageInputReferenceParam.builder()
                                        .fileId(file.id())
                                        .build())
                                .build()),
                client.videos()
                        .create(quick("a big red ball moves right over the sea")
                                .inputReference(ImageInputReferenceParam.builder()
                                        .imageUrl(dataUrl)
                                        .build())
                                .build()));
        List<Video> made = new ArrayList<>();
        for (Video video : begun) made.add(made(video));
        return made;
    }

    private static VideoCreateParams.Builder quick(String prompt) {
        return VideoCreateParams.builder()
                .model(MODEL)
                .prompt(prompt)
                .putAdditionalBodyProperty("steps", STEPS)
                .putAdditionalBodyProperty("frames", FRAMES);
    }

    private void list(List<Video> videos) {
        VideoListPage first = client.videos()
                .list(VideoListParams.builder()
                        .limit(2)
                        .order(VideoListParams.Order.ASC)
                        .build());
        require(first.data().size() == 2 && first.hasNextPage(), "expected two videos and more to come");
        require(!first.nextPage().data().isEmpty(), "expected videos on the second page");
        List<String> all = client
                .videos()
                .list(VideoListParams.builder().limit(2).build())
                .autoPager()
                .stream()
                .map(Video::id)
                .toList();
        require(
                all.containsAll(videos.stream().map(Video::id).toList()),
                "expected all videos in the list, came " + all);
        require(all.stream().distinct().count() == all.size(), "expected each video once, came " + all);
    }

    private void content(Video video) throws IOException {
        save(video, VideoDownloadContentParams.Variant.VIDEO, "video/mp4", "video.mp4");
        save(video, VideoDownloadContentParams.Variant.THUMBNAIL, "image/webp", "thumbnail.webp");
        save(video, VideoDownloadContentParams.Variant.SPRITESHEET, "image/jpeg", "spritesheet.jpg");
    }

    private void save(Video video, VideoDownloadContentParams.Variant variant, String type, String name)
            throws IOException {
        VideoDownloadContentParams wanted =
                VideoDownloadContentParams.builder().variant(variant).build();
        try (HttpResponse content = client.videos().downloadContent(video.id(), wanted)) {
            require(
                    content.headers().values("content-type").contains(type),
                    "expected " + type + ", came " + content.headers().values("content-type"));
            Files.copy(content.body(), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void fromOthers(Video source) throws Exception {
        Video remix = client.videos()
                .remix(
                        source.id(),
                        VideoRemixParams.builder()
                                .prompt("a big blue ball bounces over the sea")
                                .putAdditionalBodyProperty("steps", STEPS)
                                .build());
        byte[] clip = Files.readAllBytes(folder.resolve("video.mp4"));
        Video edit = client.videos()
                .edit(edit(VideoEditParams.Video.ofReferenceInputParam(
                                VideoEditParams.Video.VideoReferenceInputParam.builder()
                                        .id(source.id())
                                        .build()))
                        .putAdditionalBodyProperty("strength", JsonValue.from(0.5))
                        .build());
        Video editedUpload = client.videos()
                .edit(edit(VideoEditParams.Video.ofInputStream(stream(clip)))
                        .putAdditionalBodyProperty("model", JsonValue.from(MODEL))
                        .build());
        Video extension = client.videos()
                .extend(extension(VideoExtendParams.Video.ofReferenceInputParam(
                                VideoExtendParams.Video.VideoReferenceInputParam.builder()
                                        .id(source.id())
                                        .build()))
                        .build());
        Video extendedUpload = client.videos()
                .extend(extension(VideoExtendParams.Video.ofInputStream(stream(clip)))
                        .putAdditionalBodyProperty("model", JsonValue.from(MODEL))
                        .putAdditionalBodyProperty("direction", JsonValue.from("backward"))
                        .build());
        require(remix.remixedFromVideoId().orElse("").equals(source.id()), "expected a remix to name its source");
        save(made(remix), VideoDownloadContentParams.Variant.VIDEO, "video/mp4", "remix.mp4");
        save(made(edit), VideoDownloadContentParams.Variant.VIDEO, "video/mp4", "edit.mp4");
        save(made(editedUpload), VideoDownloadContentParams.Variant.VIDEO, "video/mp4", "edited-upload.mp4");
        save(made(extension), VideoDownloadContentParams.Variant.VIDEO, "video/mp4", "extension.mp4");
        save(made(extendedUpload), VideoDownloadContentParams.Variant.VIDEO, "video/mp4", "extended-upload.mp4");
    }

    private static VideoEditParams.Builder edit(VideoEditParams.Video video) {
        return VideoEditParams.builder()
                .prompt("a big green ball bounces over the sea")
                .video(video)
                .putAdditionalBodyProperty("steps", STEPS);
    }

    private static VideoExtendParams.Builder extension(VideoExtendParams.Video video) {
        return VideoExtendParams.builder()
                .prompt("a big red ball moves right over the sea")
                .seconds(VideoSeconds.of("1"))
                .video(video)
                .putAdditionalBodyProperty("steps", STEPS);
    }

    private Video made(Video begun) throws InterruptedException {
        return Polling.until(client, begun, polled -> {});
    }

    private void character() throws IOException {
        byte[] clip = Files.readAllBytes(folder.resolve("video.mp4"));
        String id = client.videos()
                .createCharacter(VideoCreateCharacterParams.builder()
                        .name("Ball")
                        .video(part(stream(clip), "ball.mp4", "video/mp4"))
                        .build())
                .id()
                .orElseThrow();
        require(client.videos().getCharacter(id).name().orElse("").equals("Ball"), "expected the character's name");
    }

    private void delete(Video video, FileObject file) {
        require(client.videos().delete(video.id()).deleted(), "expected the video deleted");
        require(client.files().delete(file.id()).deleted(), "expected the file deleted");
        try {
            client.videos().retrieve(video.id());
        } catch (NotFoundException expected) {
            return;
        }
        throw new AssertionError("expected 404 for a deleted video");
    }

    private void error() {
        try {
            client.videos()
                    .create(quick("a red ball").size(VideoSize.of("63x64")).build());
        } catch (BadRequestException refusal) {
            require(refusal.param().orElse("").equals("size"), "expected the parameter's name, came " + refusal);
            return;
        }
        throw new AssertionError("expected 400 for a size off the model's grid");
    }

    /** A part of a form with the name and the type that a file has. */
    private static <T> MultipartField<T> part(T content, String name, String type) {
        return MultipartField.<T>builder()
                .value(content)
                .filename(name)
                .contentType(type)
                .build();
    }

    private static InputStream stream(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    private static void require(boolean holds, String message) {
        if (!holds) throw new AssertionError(message);
    }
}
