package dev.zoetrope.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that keeps a bucket's rules as S3 does, since the embedded store has none. */
class LifecycleTest {
    private static final String OPERATORS =
            "<Rule><ID>archive</ID><Status>Enabled</Status><Filter><Prefix>reports/</Prefix></Filter>"
                    + "<Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition></Rule>";
    private static final Retention RETENTION =
            new Retention(Map.of("jobs/", Duration.ofDays(30), "embeddings/", Duration.ofDays(7)));

    private final List<String> written = new ArrayList<>();
    private String rules = "";
    private HttpServer server;
    private BucketArtifacts artifacts;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        artifacts = BucketArtifacts.of(new StoreSettings(endpoint, "zoetrope", "key", "secret-key"));
    }

    @AfterEach
    void stop() {
        artifacts.close();
        server.stop(0);
    }

    @Test
    void an_operator_s_rule_stays_beside_ours() {
        // Given
        rules = OPERATORS;
        // When
        boolean enforced = artifacts.retain(RETENTION);
        // Then
        assertThat(enforced).isTrue();
        assertThat(ids()).containsExactlyInAnyOrder("archive", "zoetrope-jobs-", "zoetrope-embeddings-");
        assertThat(rules)
                .contains("<Prefix>reports/</Prefix>", "<Days>30</Days>", "<StorageClass>GLACIER</StorageClass>");
    }

    @Test
    void rules_are_written_once_until_they_change() {
        // Given
        rules = OPERATORS;
        artifacts.retain(RETENTION);
        // When
        artifacts.retain(RETENTION);
        // Then
        assertThat(written).hasSize(1);
    }

    @Test
    void what_is_no_longer_retained_loses_our_rule_and_only_that() {
        // Given
        rules = OPERATORS;
        artifacts.retain(RETENTION);
        // When
        artifacts.retain(new Retention(Map.of("jobs/", Duration.ofDays(3))));
        // Then
        assertThat(ids()).containsExactlyInAnyOrder("archive", "zoetrope-jobs-");
        assertThat(rules).contains("<Days>3</Days>");
    }

    @Test
    void a_bucket_without_rules_gets_ours() {
        // When
        artifacts.retain(RETENTION);
        // Then
        assertThat(ids()).containsExactlyInAnyOrder("zoetrope-jobs-", "zoetrope-embeddings-");
    }

    private List<String> ids() {
        return Pattern.compile("<ID>([^<]*)</ID>")
                .matcher(rules)
                .results()
                .map(id -> id.group(1))
                .toList();
    }

    private void answer(HttpExchange call) throws IOException {
        try (call) {
            if (call.getRequestMethod().equals("PUT")) {
                String body = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                written.add(body);
                rules = body.substring(body.indexOf("<Rule>"), body.lastIndexOf("</Rule>") + "</Rule>".length());
                call.sendResponseHeaders(200, -1);
            } else if (rules.isEmpty()) {
                send(call, 404, "<Error><Code>NoSuchLifecycleConfiguration</Code><Message>none</Message></Error>");
            } else {
                send(call, 200, "<LifecycleConfiguration>" + rules + "</LifecycleConfiguration>");
            }
        }
    }

    private static void send(HttpExchange call, int status, String xml) throws IOException {
        byte[] body = xml.getBytes(StandardCharsets.UTF_8);
        call.getResponseHeaders().set("Content-Type", "application/xml");
        call.sendResponseHeaders(status, body.length);
        call.getResponseBody().write(body);
    }
}
