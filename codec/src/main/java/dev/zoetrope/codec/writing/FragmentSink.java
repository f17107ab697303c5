package dev.zoetrope.codec.writing;

import java.io.IOException;
import java.io.OutputStream;

/** Takes a fragmented video piece by piece, in order, on the thread that writes the frames. */
public interface FragmentSink {
    /** The initialization segment ({@code ftyp} and {@code moov}), once, before the first fragment. */
    void initialization(byte[] bytes) throws IOException;

    void fragment(Fragment fragment) throws IOException;

    /** Everything behind each other into one stream, flushed at every fragment: a file that plays while it grows. */
    static FragmentSink of(OutputStream out) {
        return new FragmentSink() {
            @Override
            public void initialization(byte[] bytes) throws IOException {
                out.write(bytes);
                out.flush();
            }

            @Override
            public void fragment(Fragment fragment) throws IOException {
                out.write(fragment.bytes());
                out.flush();
            }
        };
    }
}
