package dev.zoetrope.gateway.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.contracts.Codec;
import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.Topics;
import dev.zoetrope.gateway.problems.ApiProblem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class ModelCatalogueTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    private final Hands clock = new Hands();
    private final ModelCatalogue catalogue = new ModelCatalogue(Map.of(), Duration.ofMinutes(1), clock);

    /** A clock whose hands a test moves. */
    private static final class Hands extends Clock {
        private Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void a_model_that_workers_go_on_offering_is_served() {
        // When
        for (int seconds = 0; seconds <= 3_600; seconds += 15) {
            clock.now = START.plusSeconds(seconds);
            offer("toybox", clock.now);
        }

        // Then
        assertThat(catalogue.require("toybox").name()).isEqualTo("toybox");
        assertThat(catalogue.all()).hasSize(1);
    }

    @Test
    void a_model_that_no_worker_offers_any_more_is_first_503_and_then_404() {
        // Given
        offer("toybox", START);
        clock.now = START.plusSeconds(90);

        // Then
        assertThat(catalogue.find("toybox")).isEmpty();
        assertThat(catalogue.all()).isEmpty();
        assertThatThrownBy(() -> catalogue.require("toybox")).isInstanceOfSatisfying(ApiProblem.class, problem -> {
            assertThat(problem.status()).isEqualTo(503);
            assertThat(problem.retryAfterSeconds()).isPositive();
            assertThat(problem).hasMessageContaining("no worker has served 'toybox' since 2026-01-02T03:04:05Z");
        });
        clock.now = START.plus(Duration.ofMinutes(11));
        assertThatThrownBy(() -> catalogue.require("toybox"))
                .isInstanceOfSatisfying(ApiProblem.class, problem -> assertThat(problem.status())
                        .isEqualTo(404));
    }

    @Test
    void an_offer_of_days_ago_is_no_offer_and_a_mesh_that_starts_is_waited_for() {
        // Given
        offer("toybox", START.minus(Duration.ofDays(2)));

        // Then
        assertThat(catalogue.all()).isEmpty();
        assertThatThrownBy(() -> catalogue.require("toybox"))
                .isInstanceOfSatisfying(ApiProblem.class, problem -> assertThat(problem.status())
                        .isEqualTo(503));
        clock.now = START.plusSeconds(61);
        assertThatThrownBy(() -> catalogue.require("toybox"))
                .isInstanceOfSatisfying(ApiProblem.class, problem -> assertThat(problem.status())
                        .isEqualTo(404));
    }

    @Test
    void a_model_that_nobody_ever_served_is_404_where_others_are_served() {
        // Given
        offer("toybox", START);

        // Then
        assertThatThrownBy(() -> catalogue.require("sora-2")).isInstanceOfSatisfying(ApiProblem.class, problem -> {
            assertThat(problem.status()).isEqualTo(404);
            assertThat(problem).hasMessageContaining("toybox").hasMessageContaining("sora-2");
        });
    }

    @Test
    void an_offer_from_a_clock_that_is_ahead_does_not_count_longer() {
        // Given
        offer("toybox", START.plus(Duration.ofDays(1)));

        // When
        clock.now = START.plusSeconds(61);

        // Then
        assertThat(catalogue.find("toybox")).isEmpty();
    }

    private void offer(String name, Instant at) {
        ModelCard card = new ModelCard(
                name,
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
        ModelOffered offer = new ModelOffered(START, card, null);
        catalogue.take(new ConsumerRecord<>(
                Topics.MODELS,
                0,
                0,
                at.toEpochMilli(),
                TimestampType.CREATE_TIME,
                0,
                0,
                name,
                Codec.MODELS.encode(offer),
                new RecordHeaders(),
                Optional.empty()));
    }
}
