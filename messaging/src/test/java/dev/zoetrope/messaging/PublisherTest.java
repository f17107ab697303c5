package dev.zoetrope.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.CloudEvent;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.Control;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.Message;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublisherTest {
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @TempDir
    static Path folder;

    private static EmbeddedKafka broker;

    @BeforeAll
    static void start() {
        broker = EmbeddedKafka.start(folder);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void a_message_has_one_form_whether_its_writer_waits_or_not() throws Exception {
        // Given
        String job = JobId.video();
        Control message = new Control.CancelRequested(job, Instant.now());
        BlockingQueue<ConsumerRecord<String, byte[]>> read = new LinkedBlockingQueue<>();
        try (Publisher publisher = new Publisher(kafka(), "/zoetrope/test");
                TailReader reader = new TailReader("test", kafka(), Topics.CONTROL, read::add)) {
            // When
            publisher.write(message, TRACE);
            publisher.send(message, TRACE).get();
            reader.start();
            // Then
            for (ConsumerRecord<String, byte[]> record : List.of(next(read), next(read))) {
                assertThat(record.key()).isEqualTo(job);
                assertThat(Codec.CONTROL.decode(record.value())).isEqualTo(message);
                assertThat(event(record))
                        .isEqualTo(new CloudEvent(
                                event(record).id(),
                                "/zoetrope/test",
                                "dev.zoetrope.CancelRequested.v1",
                                job,
                                event(record).time(),
                                TRACE));
            }
        }
    }

    @Test
    void what_comes_while_the_broker_is_away_is_read_when_it_is_back() throws Exception {
        // Given
        BlockingQueue<ConsumerRecord<String, byte[]>> read = new LinkedBlockingQueue<>();
        Message before = new Fact.JobCancelled(JobId.video(), Instant.now());
        Message after = new Fact.JobCancelled(JobId.video(), Instant.now());
        try (Publisher publisher = new Publisher(kafka(), "/zoetrope/test");
                TailReader reader = new TailReader("test", kafka(), Topics.JOBS, read::add)) {
            publisher.write(before, null);
            reader.start();
            next(read);
            int port = broker.port();
            broker.close();
            broker = EmbeddedKafka.start(folder, port);
            // When
            publisher.write(after, null);
            // Then
            assertThat(next(read).value()).isEqualTo(Codec.write(after));
        }
    }

    private static CloudEvent event(ConsumerRecord<String, byte[]> record) {
        Map<String, byte[]> headers = new HashMap<>();
        record.headers().forEach(header -> headers.put(header.key(), header.value()));
        return CloudEvent.parse(headers);
    }

    private static ConsumerRecord<String, byte[]> next(BlockingQueue<ConsumerRecord<String, byte[]>> read)
            throws InterruptedException {
        ConsumerRecord<String, byte[]> record = read.poll(30, TimeUnit.SECONDS);
        if (record == null) throw new AssertionError("expected a record within 30 s, but none came");
        return record;
    }

    private static Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }
}
