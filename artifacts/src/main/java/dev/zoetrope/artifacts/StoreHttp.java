package dev.zoetrope.artifacts;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.SocketFactory;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** The HTTP client under the store's: without Nagle's delay, with deadlines, and with threads that do not keep a JVM alive. */
final class StoreHttp {
    private static final int REQUESTS_AT_ONCE = 64;

    private StoreHttp() {}

    static OkHttpClient client(Duration timeout) {
        Dispatcher dispatcher = new Dispatcher(daemons());
        dispatcher.setMaxRequests(REQUESTS_AT_ONCE);
        dispatcher.setMaxRequestsPerHost(REQUESTS_AT_ONCE);
        return new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .socketFactory(new Sockets())
                .connectTimeout(timeout.compareTo(Duration.ofSeconds(5)) < 0 ? timeout : Duration.ofSeconds(5))
                .readTimeout(timeout)
                .writeTimeout(timeout)
                .build();
    }

    private static ExecutorService daemons() {
        return Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "store");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Sockets for this client alone, which makes them unconnected. */
    private static final class Sockets extends SocketFactory {
        @Override
        public Socket createSocket() throws IOException {
            Socket socket = new BufferedSocket();
            // A small object waits 40 ms for an acknowledgement otherwise: its head and its body are two writes.
            socket.setTcpNoDelay(true);
            return socket;
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
            throw new UnsupportedOperationException();
        }
    }

    /** The client reads 8 KiB at a time, and each would be a call of the system: with this it is every sixteenth. */
    private static final class BufferedSocket extends Socket {
        private static final int BUFFER = 128 << 10;

        private @Nullable InputStream in;

        @Override
        public synchronized InputStream getInputStream() throws IOException {
            if (in == null) in = new BufferedInputStream(super.getInputStream(), BUFFER);
            return in;
        }
    }
}
