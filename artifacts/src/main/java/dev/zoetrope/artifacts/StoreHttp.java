package dev.zoetrope.artifacts;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.SocketFactory;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

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
                .socketFactory(new UndelayedSockets())
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

    /** A small object waits 40 ms for an acknowledgement otherwise: its head and its body are two writes. */
    private static final class UndelayedSockets extends SocketFactory {
        private final SocketFactory sockets = SocketFactory.getDefault();

        @Override
        public Socket createSocket() throws IOException {
            return undelayed(sockets.createSocket());
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return undelayed(sockets.createSocket(host, port));
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            return undelayed(sockets.createSocket(host, port, local, localPort));
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return undelayed(sockets.createSocket(host, port));
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            return undelayed(sockets.createSocket(host, port, local, localPort));
        }

        private static Socket undelayed(Socket socket) throws IOException {
            socket.setTcpNoDelay(true);
            return socket;
        }
    }
}
