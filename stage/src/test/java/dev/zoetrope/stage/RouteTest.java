package dev.zoetrope.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.Gathered;
import dev.zoetrope.contracts.Given;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouteTest {
    private static final SegmentSpec OPENING = new SegmentSpec(0, "a ball", 33, 0, 0, 1);
    private static final SegmentSpec GOING_ON = new SegmentSpec(1, "a ball", 33, 13, 0, 2);

    @Test
    void a_text_goes_through_every_stage_but_those_of_given_media() {
        // Given
        JobSpec spec = spec(JobSpec.Kind.VIDEO, Given.NOTHING, OPENING);
        // When
        List<Stage> stages = stages(spec);
        // Then
        assertThat(stages)
                .containsExactly(
                        Stage.TEXT_ENCODING, Stage.DENOISING, Stage.DECODING, Stage.VIDEO_ENCODING, Stage.ASSEMBLING);
    }

    @Test
    void an_image_is_assembled_from_its_frame() {
        // Given
        JobSpec spec = spec(JobSpec.Kind.IMAGE, Given.NOTHING, new SegmentSpec(0, "a ball", 1, 0, 0, 1));
        // When
        List<Stage> stages = stages(spec);
        // Then
        assertThat(stages).containsExactly(Stage.TEXT_ENCODING, Stage.DENOISING, Stage.DECODING, Stage.ASSEMBLING);
    }

    @Test
    void given_pictures_are_read_and_encoded_before_anything_is_denoised() {
        // Given
        Given given = new Given(Mesh.ref("files/first"), null, null, null, null, false, List.of());
        JobSpec spec = spec(JobSpec.Kind.VIDEO, given, new SegmentSpec(0, "a ball", 33, 1, 0, 1));
        // When
        List<Stage> stages = stages(spec);
        // Then
        assertThat(stages).startsWith(Stage.MEDIA_READING, Stage.LATENT_ENCODING, Stage.TEXT_ENCODING, Stage.DENOISING);
    }

    @Test
    void characters_are_read_and_encoded_once_for_all_segments() {
        // Given
        Given given = new Given(null, null, null, null, null, false, List.of(Mesh.ref("files/character")));
        JobSpec spec = spec(JobSpec.Kind.VIDEO, given, OPENING, GOING_ON);
        // When
        List<Stage> stages = stages(spec);
        List<Order> next = Route.afterDenoising(denoising(spec, 0), Gathered.NOTHING);
        // Then
        assertThat(stages).startsWith(Stage.MEDIA_READING, Stage.LATENT_ENCODING, Stage.TEXT_ENCODING, Stage.DENOISING);
        assertThat(next).extracting(Order::stage).containsExactly(Stage.DECODING, Stage.DENOISING);
    }

    @Test
    void the_next_segment_is_denoised_while_the_last_is_decoded() {
        // Given
        Order order = denoising(spec(JobSpec.Kind.VIDEO, Given.NOTHING, OPENING, GOING_ON), 0);
        // When
        List<Order> next = Route.afterDenoising(order, order.gathered());
        // Then
        assertThat(next).extracting(Order::stage).containsExactly(Stage.DECODING, Stage.DENOISING);
        assertThat(next).extracting(Order::segment).containsExactly(0, 1);
    }

    @Test
    void a_loop_s_last_segment_must_meet_the_first() {
        // Given
        Given loop = new Given(null, null, null, null, null, true, List.of());
        SegmentSpec bridge = new SegmentSpec(1, "a ball", 33, 13, 9, 2);
        JobSpec spec = spec(JobSpec.Kind.VIDEO, loop, OPENING, bridge);
        Order order = denoising(spec, 0);
        // When
        List<Order> next = Route.afterDenoising(order, order.gathered());
        // Then
        assertThat(next).extracting(Order::stage).containsExactly(Stage.DECODING, Stage.LATENT_ENCODING);
        assertThat(Route.closesLoop(spec, 1)).isTrue();
        assertThat(Route.closesLoop(spec, 0)).isFalse();
    }

    @Test
    void a_loop_of_one_window_has_nothing_to_meet_and_its_first_frame_once() {
        // Given
        Given loop = new Given(null, null, null, null, null, true, List.of());
        JobSpec spec = spec(JobSpec.Kind.VIDEO, loop, new SegmentSpec(0, "a ball", 33, 0, 1, 1));
        // When
        List<Stage> stages = stages(spec);
        // Then
        assertThat(stages)
                .containsExactly(
                        Stage.TEXT_ENCODING, Stage.DENOISING, Stage.DECODING, Stage.VIDEO_ENCODING, Stage.ASSEMBLING);
        assertThat(Route.decodedFrames(spec, 0)).isEqualTo(32);
    }

    @Test
    void a_passage_from_a_given_video_to_its_own_single_first_frame_is_no_circle() {
        // Given
        Given.Connection connection = new Given.Connection(Mesh.ref("files/video"), Mesh.ref("files/video"));
        Given given = new Given(null, null, null, null, connection, true, List.of());
        JobSpec spec = spec(JobSpec.Kind.VIDEO, given, new SegmentSpec(0, "a ball", 9, 1, 1, 1));
        // When
        boolean circles = Route.circles(spec);
        // Then
        assertThat(circles).isFalse();
        assertThat(Route.decodedFrames(spec, 0)).isEqualTo(9);
    }

    @Test
    void what_leads_up_to_a_video_is_made_from_there_to_its_start() {
        // Given
        Given.Extension extension = new Given.Extension(Mesh.ref("files/video"), Given.Direction.BACKWARD);
        Given given = new Given(null, null, null, extension, null, false, List.of());
        JobSpec spec = spec(
                JobSpec.Kind.VIDEO,
                given,
                new SegmentSpec(0, "a ball", 17, 0, 9, 2),
                new SegmentSpec(1, "a ball", 33, 0, 9, 1));
        Order read = Order.first(JobId.video(), spec, Instant.now());
        // When
        Order encoding = Route.afterMediaReading(read, Gathered.NOTHING);
        Order denoising = Route.afterTextEncoding(encoding, Gathered.NOTHING);
        List<Order> next = Route.afterDenoising(denoising, Gathered.NOTHING);
        // Then
        assertThat(encoding.stage()).isEqualTo(Stage.LATENT_ENCODING);
        assertThat(List.of(encoding, denoising)).extracting(Order::segment).containsExactly(1, 1);
        assertThat(next).extracting(Order::stage).containsExactly(Stage.DECODING, Stage.LATENT_ENCODING);
        assertThat(next).extracting(Order::segment).containsExactly(1, 0);
        assertThat(Route.leadsUp(spec, 0)).isTrue();
        assertThat(Route.leadsUp(spec, 1)).isFalse();
        assertThat(Route.afterDenoising(denoising(spec, 0), Gathered.NOTHING))
                .extracting(Order::stage)
                .containsExactly(Stage.DECODING);
    }

    /** The stages that a job of one segment passes. */
    private static List<Stage> stages(JobSpec spec) {
        List<Stage> stages = new ArrayList<>();
        Order order = Order.first(JobId.video(), spec, Instant.now());
        while (true) {
            stages.add(order.stage());
            Gathered gathered = order.gathered();
            switch (order.stage()) {
                case MEDIA_READING -> order = Route.afterMediaReading(order, gathered);
                case LATENT_ENCODING -> order = Route.afterLatentEncoding(order, gathered);
                case TEXT_ENCODING -> order = Route.afterTextEncoding(order, gathered);
                case DENOISING -> order = Route.afterDenoising(order, gathered).get(0);
                case DECODING -> order = Route.afterDecoding(order, gathered);
                case VIDEO_ENCODING -> order = Route.afterVideoEncoding(order, gathered);
                case ASSEMBLING -> {
                    return stages;
                }
            }
        }
    }

    private static Order denoising(JobSpec spec, int segment) {
        return Order.to(Stage.DENOISING, JobId.video(), segment, spec, Gathered.NOTHING, Instant.now());
    }

    private static JobSpec spec(JobSpec.Kind kind, Given given, SegmentSpec... segments) {
        return new JobSpec(kind, "toybox", "a ball", null, 64, 64, 8, 20, 4, "", 1, List.of(segments), given, Set.of());
    }
}
