package dev.zoetrope.codec.untrusted;

import dev.zoetrope.codec.Fit;
import dev.zoetrope.codec.Frames;
import dev.zoetrope.codec.ImageFormat;
import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.codec.MediaTarget;
import dev.zoetrope.codec.VideoFormat;
import dev.zoetrope.codec.untrusted.DecoderProtocol.Task;
import dev.zoetrope.codec.writing.ImageWriter;
import dev.zoetrope.codec.writing.VideoWriter;
import dev.zoetrope.tensors.HostTensor;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Does once what a decoding child does, on files of its own, so that {@link DecoderArchive} gets the classes that it takes. */
final class DecoderRehearsal {
    private static final int SIZE = 64;

    private DecoderRehearsal() {}

    /** @param arguments a folder to write in */
    public static void main(String[] arguments) throws IOException {
        DecoderMain.leaveWithParent(new FileInputStream(FileDescriptor.in));
        DecoderMain.loadLibraries();
        Path folder = Path.of(arguments[0]);
        MediaTarget target = MediaTarget.of(VideoFormat.of(SIZE, SIZE, 16), Fit.COVER);
        String video = video(folder).toString();
        rehearse(new DecoderProtocol.Request(Task.CHECK_VIDEO, video, target, MediaLimits.VIDEO));
        rehearse(new DecoderProtocol.Request(Task.VIDEO, video, target, MediaLimits.VIDEO));
        for (ImageFormat format : List.of(ImageFormat.JPEG, ImageFormat.PNG, ImageFormat.WEBP)) {
            HostTensor picture = HostTensor.ofBytes(new byte[SIZE * SIZE * Frames.CHANNELS], SIZE, SIZE, 3);
            Path file = Files.write(folder.resolve(format.name()), ImageWriter.encode(picture, format));
            rehearse(new DecoderProtocol.Request(Task.PICTURE, file.toString(), target, MediaLimits.PICTURE));
        }
        Runtime.getRuntime().halt(0);
    }

    private static Path video(Path folder) {
        Path video = folder.resolve("video.mp4");
        try (VideoWriter writer = VideoWriter.create(video, VideoFormat.of(SIZE, SIZE, 16))) {
            writer.write(HostTensor.ofBytes(new byte[2 * SIZE * SIZE * Frames.CHANNELS], 2, SIZE, SIZE, 3));
            writer.finish();
        }
        return video;
    }

    private static void rehearse(DecoderProtocol.Request request) throws IOException {
        new DecoderMain(new DataOutputStream(OutputStream.nullOutputStream())).answer(request);
    }
}
