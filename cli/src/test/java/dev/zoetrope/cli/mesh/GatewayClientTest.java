package dev.zoetrope.cli.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command says of gateways that are none, and of those that are gone. */
class GatewayClientTest {
    private HttpServer server;
    private URI address;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource({"200", "404", "502"})
    void a_page_of_a_proxy_is_told_as_one(int status) {
        // Given
        answer(status, "text/html", "<html>Bad gateway</html>");

        // When
        assertThatThrownBy(() -> new GatewayClient(address).get("/v1/models"))
                // Then
                .hasMessage("expected JSON of the gateway at " + address + ", but " + status
                        + " with text/html came: another program or a proxy answers there");
    }

    @Test
    void a_missing_key_is_told_with_the_setting() {
        // Given
        answer(401, "application/json", "{\"error\": {\"message\": \"Missing API key.\"}}");

        // When
        assertThatThrownBy(() -> new GatewayClient(address).get("/v1/models"))
                // Then
                .hasMessage("Missing API key. Name it with ZOETROPE_API_KEY.");
    }

    @Test
    void a_mesh_that_is_gone_is_told_by_its_address() {
        // Given
        server.stop(0);

        // When
        assertThatThrownBy(() -> new GatewayClient(address).get("/v1/models"))
                // Then
                .isInstanceOf(GatewayAway.class)
                .hasMessage("the mesh at " + address + " does not answer: nobody listens there");
    }

    @Test
    void what_the_gateway_refuses_is_told_in_its_words() {
        // Given
        answer(400, "application/json", "{\"error\": {\"message\": \"fps: expected 1 to 120, came 0\"}}");

        // When
        assertThatThrownBy(() -> new GatewayClient(address).get("/v1/models"))
                // Then
                .isInstanceOf(GatewayRefused.class)
                .hasMessage("fps: expected 1 to 120, came 0")
                .satisfies(e -> assertThat(((GatewayRefused) e).byRequest()).isTrue());
    }

    private void answer(int status, String type, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", type);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
