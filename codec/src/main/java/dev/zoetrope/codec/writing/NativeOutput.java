package dev.zoetrope.codec.writing;

import static org.bytedeco.ffmpeg.global.avformat.avio_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avio_context_free;
import static org.bytedeco.ffmpeg.global.avutil.av_free;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;

import dev.zoetrope.codec.Libav;
import java.io.IOException;
import java.io.OutputStream;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Write_packet_Pointer_BytePointer_int;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** An {@link OutputStream} that libav can write to. Not seekable. */
final class NativeOutput implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int IO_ERROR = -5;

    private final Write_packet_Pointer_BytePointer_int callback;
    private final AVIOContext context;
    private @Nullable IOException failure;

    NativeOutput(OutputStream target) {
        // An exception must not cross native code: it is kept and thrown on the other side.
        this.callback = new Write_packet_Pointer_BytePointer_int() {
            @Override
            public int call(Pointer opaque, BytePointer bytes, int count) {
                try {
                    byte[] copy = new byte[count];
                    bytes.get(copy);
                    target.write(copy);
                    return count;
                } catch (IOException e) {
                    failure = e;
                    return IO_ERROR;
                }
            }
        };
        BytePointer buffer = new BytePointer(Libav.allocated(av_malloc(BUFFER_BYTES), "an output buffer"));
        this.context =
                Libav.allocated(avio_alloc_context(buffer, BUFFER_BYTES, 1, null, null, callback, null), "an output");
        context.seekable(0);
    }

    AVIOContext context() {
        return context;
    }

    /** The sink's own exception, if it was the sink that failed. */
    @Nullable
    IOException failure() {
        return failure;
    }

    @Override
    public void close() {
        // libav may have replaced the buffer that it was given.
        av_free(context.buffer());
        avio_context_free(context);
        callback.close();
    }
}
