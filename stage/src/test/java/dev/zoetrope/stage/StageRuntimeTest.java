package dev.zoetrope.stage;

import static dev.zoetrope.stage.Work.NOTHING_FOLLOWS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.artifacts.BucketArtifacts;
import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.DeadLetter;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobArtifacts;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Problem;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.embedded.EmbeddedObjectStore;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StageRuntimeTest {
    @RegisterExtension
    final OpenTelemetryExtension telemetry = OpenTelemetryExtension.create();

    @TempDir
    Path folder;

    private Mesh mesh;

    @BeforeEach
    void start() {
        mesh = new Mesh(folder);
    }

    @AfterEach
    void stop() {
        mesh.close();
    }

    @Test
    void what_follows_is_issued_and_told() throws Exception {
        // Given
        mesh.start(Work.denoising((order, context) -> Outcome.handOn(
                Order.to(Stage.DECODING, order.job(), 0, order.spec(), order.jobArtifacts(), Instant.now()),
                Mesh.ref("jobs/latents"))));
        // When
        Order order = mesh.issue(Mesh.order(Stage.DENOISING));
        // Then
        List<Fact> facts = mesh.factsUntil(fact -> fact instanceof Fact.StageCompleted);
        assertThat(facts).extracting(Fact::type).containsExactly("StageStarted", "StageCompleted");
        assertThat(facts).extracting(Fact::job).containsOnly(order.job());
        assertThat(((Fact.StageCompleted) facts.get(1)).artifacts()).containsExactly(Mesh.ref("jobs/latents"));
        Order next = ordersUntil(Stage.DECODING, 1).get(0);
        assertThat(next.job()).isEqualTo(order.job());
        assertThat(mesh.metrics
                        .timer("zoetrope.stage", "stage", "denoising", "model", "toybox")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void a_model_is_offered_again_and_again_until_the_worker_ends() throws Exception {
        // Given
        StageRuntime runtime = mesh.start(Work.denoising((order, context) -> NOTHING_FOLLOWS));
        ModelCard card = new ModelCard(
                "toybox",
                "wan",
                16,
                256,
                64,
                64,
                new SamplingSettings(20, 4),
                new ModelCard.Text(""),
                new ModelCard.Video(4, 33, 8),
                null,
                null,
                null,
                null,
                null,
                null);
        ModelOffered offer = new ModelOffered(Instant.now(), card, null);
        // When
        runtime.offer(offer);
        // Then
        List<ModelOffered> heard = new ArrayList<>();
        mesh.recordsUntil(Topics.MODELS, record -> {
            heard.add(Codec.MODELS.decode(record.value()));
            return heard.size() == 3;
        });
        assertThat(heard).containsOnly(offer);
    }

    @Test
    void orders_on_one_partition_spread_evenly_over_the_workers() throws Exception {
        // Given
        List<Work<Order.DenoisingOrder>> workers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            workers.add(Work.denoising((order, context) -> {
                Thread.sleep(400);
                return NOTHING_FOLLOWS;
            }));
            mesh.start(workers.get(i));
        }
        Thread.sleep(2_000); // A share group takes its time to form.
        // When
        for (int i = 0; i < 24; i++) mesh.issue(Mesh.order(Stage.DENOISING));
        // Then
        AtomicInteger completed = new AtomicInteger();
        mesh.factsUntil(fact -> fact instanceof Fact.StageCompleted && completed.incrementAndGet() == 24);
        assertThat(workers).allSatisfy(worker -> assertThat(worker.orders).hasSizeBetween(4, 8));
        assertThat(workers.stream().flatMap(worker -> worker.orders.stream()).distinct())
                .hasSize(24);
    }

    @Test
    void an_order_whose_workers_are_killed_eight_times_in_a_row_is_carried_out_by_the_ninth() throws Exception {
        // Given
        AtomicInteger deliveries = new AtomicInteger();
        mesh.start(Work.denoising((order, context) -> {
            if (deliveries.incrementAndGet() <= 8) throw new Work.Killed();
            return NOTHING_FOLLOWS;
        }));
        // When
        Order order = mesh.issue(Mesh.order(Stage.DENOISING));
        // Then
        List<Fact> facts = mesh.factsUntil(fact -> fact instanceof Fact.StageCompleted);
        assertThat(facts).extracting(Fact::job).containsOnly(order.job());
        assertThat(deliveries).hasValue(9);
    }

    @Test
    void an_order_that_kills_every_worker_ends_with_the_dead_letters() throws Exception {
        // Given
        Work<Order.DenoisingOrder> work = Work.denoising((order, context) -> {
            throw new Work.Killed();
        });
        mesh.start(work, "max-losses", "6");
        // When
        Order order = mesh.issue(Mesh.order(Stage.DENOISING));
        // Then
        List<Fact> facts = mesh.factsUntil(fact -> fact instanceof Fact.JobFailed);
        Fact.JobFailed failed = (Fact.JobFailed) facts.get(facts.size() - 1);
        assertThat(failed.job()).isEqualTo(order.job());
        assertThat(failed.code()).isEqualTo(ProblemCode.DELIVERY_EXHAUSTED);
        assertThat(mesh.deadLetters(1).get(0).code()).isEqualTo(ProblemCode.DELIVERY_EXHAUSTED);
        assertThat(work.orders).hasSize(6);
    }

    @Test
    void work_that_fails_is_tried_again_and_then_its_job_fails() throws Exception {
        // Given
        Work<Order.DenoisingOrder> work = Work.denoising((order, context) -> {
            throw new IllegalStateException("the device is on fire");
        });
        mesh.start(work);
        // When
        mesh.issue(Mesh.order(Stage.DENOISING));
        // Then
        List<Fact> facts = mesh.factsUntil(fact -> fact instanceof Fact.JobFailed);
        Fact.JobFailed failed = (Fact.JobFailed) facts.get(facts.size() - 1);
        assertThat(failed.code()).isEqualTo(ProblemCode.STAGE_FAILED);
        assertThat(failed.message()).contains("denoising failed 3 times", "the device is on fire");
        assertThat(work.orders).extracting(Order::attempt).containsExactly(0, 1, 2);
        assertThat(mesh.metrics
                        .counter("zoetrope.failures", "stage", "denoising", "code", "stage_failed")
                        .count())
                .isEqualTo(4);
    }

    static List<RuntimeException> bugs() {
        return List.of(
                new IllegalArgumentException("frames: expected 4k+1, but 18 came"),
                new IllegalStateException("expected step 3, but step 4 came"),
                new IndexOutOfBoundsException("index 5 of 5"),
                new NullPointerException("latents"),
                new ClassCastException("Float to Double"),
                new ArithmeticException("integer overflow"),
                new UnsupportedOperationException("add"));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void a_bug_of_ours_is_never_told_as_the_client_s_fault(RuntimeException bug) throws Exception {
        // Given
        mesh.start(Work.denoising((order, context) -> {
            throw bug;
        }));
        // When
        mesh.issue(Mesh.order(Stage.DENOISING));
        // Then
        List<Fact> facts = mesh.factsUntil(fact -> fact instanceof Fact.JobFailed);
        Fact.JobFailed failed = (Fact.JobFailed) facts.get(facts.size() - 1);
        assertThat(failed.code()).isEqualTo(ProblemCode.STAGE_FAILED);
        assertThat(failed.message()).contains("denoising failed 3 times");
    }

    /** As an engine's exceptions say what they are. */
    private static final class Told extends RuntimeException implements Problem {
        private static final long serialVersionUID = 1L;
        private final ProblemCode code;
        private final boolean mayPass;

        Told(ProblemCode code, boolean mayPass) {
            super("told as " + code);
            this.code = code;
            this.mayPass = mayPass;
        }

        @Override
        public ProblemCode code() {
            return code;
        }

        @Override
        public boolean mayPass() {
            return mayPass;
        }
    }

    @ParameterizedTest
    @CsvSource({"INVALID_REQUEST, false, 1", "OUT_OF_MEMORY, true, 3"})
    void what_an_exception_says_of_itself_is_told_and_says_whether_to_try_again(
            ProblemCode code, boolean mayPass, int attempts) throws Exception {
        // Given
        Work<Order.DenoisingOrder> work = Work.denoising((order, context) -> {
            throw new Told(code, mayPass);
        });
        mesh.start(work);
        // When
        mesh.issue(Mesh.order(Stage.DENOISING));
        // Then
        List<Fact> facts = mesh.factsUntil(fact -> fact instanceof Fact.JobFailed);
        Fact.JobFailed failed = (Fact.JobFailed) facts.get(facts.size() - 1);
        assertThat(failed.code()).isEqualTo(code);
        assertThat(failed.message()).contains("told as " + code);
        assertThat(work.orders).hasSize(attempts);
    }

    @Test
    void a_lane_that_cannot_be_prepared_is_tried_ever_later_and_says_why_it_is_not_ready() throws Exception {
        // Given
        List<Long> tries = new CopyOnWriteArrayList<>();
        AtomicBoolean mended = new AtomicBoolean();
        Work<Order.DenoisingOrder> work = Work.denoising((order, context) -> Work.NOTHING_FOLLOWS);
        StageLane lane = StageLane.of(work, () -> {
            tries.add(System.nanoTime());
            if (!mended.get()) throw new Told(ProblemCode.STAGE_FAILED, true);
        });
        // When
        StageRuntime runtime = mesh.start(lane, "retry-delay", "PT0.3S");
        await(() -> tries.size() == 3);
        Map<String, String> said = runtime.problems();
        boolean ready = runtime.isReady();
        mended.set(true);
        await(runtime::isReady);
        // Then
        assertThat(ready).isFalse();
        assertThat(said).containsOnlyKeys("denoising");
        assertThat(said.get("denoising")).matches("tried [23] times, next in \\d+ s: told as STAGE_FAILED");
        assertThat(runtime.problems()).isEmpty();
        double first = (tries.get(1) - tries.get(0)) / 1e9;
        double second = (tries.get(2) - tries.get(1)) / 1e9;
        assertThat(first).isGreaterThan(0.6);
        assertThat(second).isGreaterThan(1.2);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + Mesh.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) throw new AssertionError("expected it within " + Mesh.PATIENCE);
            Thread.sleep(20);
        }
    }

    @Test
    void what_cannot_be_carried_out_fails_at_once() throws Exception {
        // Given
        Work<Order.DenoisingOrder> work = Work.denoising((order, context) -> {
            throw new OrderFailed(ProblemCode.INVALID_REQUEST, "frames: expected 4k+1, but 18 came");
        });
        mesh.start(work);
        // When
        mesh.issue(Mesh.order(Stage.DENOISING));
        // Then
        List<Fact> facts = mesh.factsUntil(fact -> fact instanceof Fact.JobFailed);
        Fact.JobFailed failed = (Fact.JobFailed) facts.get(facts.size() - 1);
        assertThat(failed.code()).isEqualTo(ProblemCode.INVALID_REQUEST);
        assertThat(failed.message()).isEqualTo("frames: expected 4k+1, but 18 came");
        assertThat(work.orders).hasSize(1);
    }

    @Test
    void an_order_whose_artifact_is_missing_fails_its_job_and_holds_up_nobody() throws Exception {
        // Given
        try (EmbeddedObjectStore store = EmbeddedObjectStore.start(folder.resolve("store"));
                BucketArtifacts artifacts = Mesh.artifacts(store)) {
            artifacts.ensureBucket();
            Order missing = Mesh.order(Stage.DENOISING);
            Order good = Mesh.order(Stage.DENOISING);
            mesh.start(Work.denoising((order, context) -> {
                if (order.job().equals(missing.job())) artifacts.tensors(Mesh.ref("embeddings/gone"));
                return NOTHING_FOLLOWS;
            }));
            // When
            mesh.issue(missing);
            mesh.issue(good);
            // Then
            List<Fact> facts = mesh.factsUntil(
                    fact -> fact instanceof Fact.StageCompleted && fact.job().equals(good.job()));
            assertThat(facts)
                    .filteredOn(fact -> fact instanceof Fact.JobFailed)
                    .singleElement()
                    .satisfies(fact -> {
                        assertThat(fact.job()).isEqualTo(missing.job());
                        assertThat(((Fact.JobFailed) fact).code()).isEqualTo(ProblemCode.ARTIFACT_MISSING);
                        assertThat(((Fact.JobFailed) fact).message()).contains("embeddings/gone");
                    });
        }
    }

    @Test
    void a_store_that_goes_away_and_comes_back_costs_time_only() throws Exception {
        // Given
        EmbeddedObjectStore store = EmbeddedObjectStore.start(folder.resolve("store"));
        int port = store.port();
        try (BucketArtifacts artifacts = Mesh.artifacts(store)) {
            artifacts.ensureBucket();
            store.close();
            Work<Order.DenoisingOrder> work = Work.denoising((order, context) -> Outcome.handOn(
                    Order.to(Stage.DECODING, order.job(), 0, order.spec(), order.jobArtifacts(), Instant.now()),
                    artifacts.putBytes("jobs/latents", new byte[] {1, 2, 3})));
            mesh.start(work);
            mesh.issue(Mesh.order(Stage.DENOISING));
            // When
            Thread.sleep(5_000);
            try (EmbeddedObjectStore again =
                    EmbeddedObjectStore.start(folder.resolve("store"), port, EmbeddedObjectStore.Credentials.DEFAULT)) {
                // Then
                List<Fact> facts = mesh.factsUntil(fact -> fact instanceof Fact.StageCompleted);
                assertThat(facts).extracting(Fact::type).containsExactly("StageStarted", "StageCompleted");
                assertThat(artifacts.find("jobs/latents")).isPresent();
                assertThat(work.orders)
                        .hasSizeGreaterThan(1)
                        .extracting(Order::attempt)
                        .containsOnly(0);
            }
        }
    }

    @Test
    void orders_that_cannot_be_read_go_to_the_dead_letters_and_hold_up_nobody() throws Exception {
        // Given
        String garbled = JobId.video();
        String future = JobId.video();
        Order good = Mesh.order(Stage.DENOISING);
        mesh.start(Work.denoising((order, context) -> NOTHING_FOLLOWS));
        // When
        mesh.issueRaw(Stage.DENOISING, garbled, "not JSON");
        mesh.issueRaw(
                Stage.DENOISING,
                null,
                new String(Codec.ORDERS.encode(Mesh.order(Stage.DENOISING)), StandardCharsets.UTF_8)
                        .replaceFirst("\"version\":[0-9]+", "\"version\":7")
                        .replaceFirst("video_[0-9a-z]{26}", future));
        mesh.issueRaw(Stage.DENOISING, null, "");
        mesh.issueRaw(
                Stage.DENOISING,
                null,
                new String(Codec.ORDERS.encode(Mesh.order(Stage.DECODING)), StandardCharsets.UTF_8));
        mesh.issue(good);
        // Then
        List<Fact> facts = mesh.factsUntil(
                fact -> fact instanceof Fact.StageCompleted && fact.job().equals(good.job()));
        assertThat(facts)
                .filteredOn(fact -> fact instanceof Fact.JobFailed)
                .extracting(fact -> ((Fact.JobFailed) fact).code())
                .contains(ProblemCode.BAD_ORDER, ProblemCode.UNSUPPORTED_VERSION);
        assertThat(facts)
                .filteredOn(fact -> fact instanceof Fact.JobFailed)
                .extracting(Fact::job)
                .contains(garbled, future);
        assertThat(mesh.deadLetters(4))
                .extracting(DeadLetter::code)
                .containsExactly(
                        ProblemCode.BAD_ORDER,
                        ProblemCode.UNSUPPORTED_VERSION,
                        ProblemCode.BAD_ORDER,
                        ProblemCode.BAD_ORDER);
    }

    @Test
    void an_order_of_a_job_that_was_cancelled_before_is_dropped() throws Exception {
        // Given
        Work<Order.DenoisingOrder> work = Work.denoising((order, context) -> NOTHING_FOLLOWS);
        Order order = Mesh.order(Stage.DENOISING);
        mesh.start(work).close();
        mesh.cancel(order.job());
        mesh.issue(order);
        // When
        mesh.start(work);
        // Then
        List<Fact> facts = mesh.factsUntil(fact -> fact instanceof Fact.JobCancelled);
        assertThat(facts).extracting(Fact::job).containsExactly(order.job());
        assertThat(work.orders).isEmpty();
    }

    @Test
    void what_is_left_of_a_job_that_failed_is_dropped_without_a_word() throws Exception {
        // Given
        Order bad = Mesh.order(Stage.DENOISING);
        Work<Order.DenoisingOrder> work = Work.denoising((order, context) -> {
            if (order.equals(bad)) throw new OrderFailed(ProblemCode.OUT_OF_MEMORY, "it does not fit");
            return NOTHING_FOLLOWS;
        });
        mesh.start(work);
        mesh.issue(bad);
        mesh.recordsUntil(Topics.CONTROL, record -> true);
        Thread.sleep(1_000); // The broadcast is read aside from the queue.
        // When
        mesh.issue(Order.to(Stage.DENOISING, bad.job(), 0, bad.spec(), bad.jobArtifacts(), Instant.now()));
        Order good = mesh.issue(Mesh.order(Stage.DENOISING));
        // Then
        List<Fact> facts = mesh.factsUntil(
                fact -> fact instanceof Fact.StageCompleted && fact.job().equals(good.job()));
        assertThat(facts)
                .filteredOn(fact -> fact.job().equals(bad.job()))
                .extracting(Fact::type)
                .containsExactly("StageStarted", "JobFailed");
        assertThat(work.orders).extracting(Order::job).containsExactly(bad.job(), good.job());
    }

    @Test
    void a_cancel_stops_the_work_at_hand_and_the_next_order_begins() throws Exception {
        // Given
        CountDownLatch began = new CountDownLatch(1);
        Order cancelled = Mesh.order(Stage.DENOISING);
        Order next = Mesh.order(Stage.DENOISING);
        mesh.start(Work.denoising((order, context) -> {
            began.countDown();
            while (order.job().equals(cancelled.job()) && !context.stopRequested()) Thread.sleep(10);
            if (context.stopRequested()) throw new WorkStopped(order);
            return NOTHING_FOLLOWS;
        }));
        mesh.issue(cancelled);
        mesh.issue(next);
        began.await();
        // When
        mesh.cancel(cancelled.job());
        // Then
        List<Fact> facts = mesh.factsUntil(
                fact -> fact instanceof Fact.StageCompleted && fact.job().equals(next.job()));
        assertThat(facts)
                .filteredOn(fact -> fact.job().equals(cancelled.job()))
                .extracting(Fact::type)
                .containsExactly("StageStarted", "JobCancelled");
    }

    @Test
    void a_worker_that_is_told_to_end_issues_its_order_again_with_its_checkpoint() throws Exception {
        // Given
        CountDownLatch began = new CountDownLatch(1);
        StageRuntime first = mesh.start(Work.denoising((order, context) -> {
            began.countDown();
            while (!context.stopRequested()) Thread.sleep(10);
            throw new WorkStopped(order.withCheckpoint(Mesh.ref("jobs/checkpoint")));
        }));
        Order order = mesh.issue(Mesh.order(Stage.DENOISING));
        began.await();
        // When
        long before = System.nanoTime();
        first.close();
        Duration took = Duration.ofNanos(System.nanoTime() - before);
        // Then
        assertThat(took).isLessThan(Duration.ofSeconds(10));
        Work<Order.DenoisingOrder> second = Work.denoising((again, context) -> NOTHING_FOLLOWS);
        mesh.start(second);
        mesh.factsUntil(fact -> fact instanceof Fact.StageCompleted);
        assertThat(second.orders).hasSize(1);
        assertThat(second.orders.get(0).job()).isEqualTo(order.job());
        assertThat(second.orders.get(0).attempt()).isEqualTo(1);
        assertThat(second.orders.get(0).checkpoint()).isEqualTo(Mesh.ref("jobs/checkpoint"));
    }

    @Test
    void work_that_does_not_stop_in_time_is_left_to_another_worker() throws Exception {
        // Given
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        StageRuntime first = mesh.start(
                Work.denoising((order, context) -> {
                    began.countDown();
                    never.await();
                    return NOTHING_FOLLOWS;
                }),
                "drain",
                "PT1S");
        Order order = mesh.issue(Mesh.order(Stage.DENOISING));
        began.await();
        // When
        first.close();
        // Then
        Work<Order.DenoisingOrder> second = Work.denoising((again, context) -> NOTHING_FOLLOWS);
        mesh.start(second);
        mesh.factsUntil(fact -> fact instanceof Fact.StageCompleted);
        assertThat(second.orders).extracting(Order::job).containsExactly(order.job());
        assertThat(second.orders).extracting(Order::attempt).containsExactly(1);
    }

    @Test
    void one_trace_goes_through_all_hops() throws Exception {
        // Given
        mesh.telemetry = telemetry.getOpenTelemetry();
        mesh.start(Work.denoising((order, context) -> Outcome.handOn(
                Order.to(Stage.DECODING, order.job(), 0, order.spec(), JobArtifacts.NOTHING, Instant.now()))));
        String trace = "0af7651916cd43dd8448eb211c80319c";
        // When
        mesh.issue(Mesh.order(Stage.DENOISING), "00-" + trace + "-b7ad6b7169203331-01");
        // Then
        ConsumerRecord<String, byte[]> next =
                mesh.recordsUntil(Stage.DECODING.topic(), record -> true).get(0);
        String passedOn = new String(next.headers().lastHeader("traceparent").value(), StandardCharsets.UTF_8);
        assertThat(passedOn).startsWith("00-" + trace + "-").doesNotContain("b7ad6b7169203331");
        mesh.factsUntil(fact -> fact instanceof Fact.StageCompleted);
        telemetry.assertTraces().anySatisfy(spans -> assertThat(spans).anySatisfy(span -> {
            assertThat(span.getTraceId()).isEqualTo(trace);
            assertThat(span.getParentSpanId()).isEqualTo("b7ad6b7169203331");
            assertThat(span.getName()).isEqualTo("denoising");
        }));
    }

    @Test
    void a_broker_that_goes_away_and_comes_back_costs_time_only() throws Exception {
        // Given
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch away = new CountDownLatch(1);
        mesh.start(Work.denoising((order, context) -> {
            began.countDown();
            away.await();
            return Outcome.handOn(
                    Order.to(Stage.DECODING, order.job(), 0, order.spec(), JobArtifacts.NOTHING, Instant.now()));
        }));
        Order order = mesh.issue(Mesh.order(Stage.DENOISING));
        began.await();
        // When
        mesh.stopBroker();
        away.countDown();
        Thread.sleep(12_000);
        mesh.startBroker();
        Order later = mesh.issue(Mesh.order(Stage.DENOISING));
        // Then
        mesh.factsUntil(
                fact -> fact instanceof Fact.StageCompleted && fact.job().equals(later.job()));
        // The first may come twice: its order was handed on, but the broker that was to hear so was gone.
        mesh.recordsUntil(Stage.DECODING.topic(), record -> isAbout(record, order));
        mesh.recordsUntil(Stage.DECODING.topic(), record -> isAbout(record, later));
    }

    private static boolean isAbout(ConsumerRecord<String, byte[]> record, Order order) {
        return Codec.ORDERS.decode(record.value()).job().equals(order.job());
    }

    private List<Order> ordersUntil(Stage stage, int number) {
        List<Order> orders = new ArrayList<>();
        mesh.recordsUntil(stage.topic(), record -> {
            orders.add(Codec.ORDERS.decode(record.value()));
            return orders.size() == number;
        });
        return orders;
    }
}
