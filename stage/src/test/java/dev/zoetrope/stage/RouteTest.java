package dev.zoetrope.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.End;
import dev.zoetrope.contracts.JobArtifacts;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Part;
import dev.zoetrope.contracts.Reading;
import dev.zoetrope.contracts.Role;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import dev.zoetrope.contracts.Start;
import dev.zoetrope.contracts.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouteTest {
    private static final SegmentSpec OPENING = window(0, 33, new Start.Free(), new End.Free());
    private static final SegmentSpec GOING_ON = window(1, 33, new Start.Continuing(0, 13), new End.Free());

    @Test
    void a_text_goes_through_every_stage_but_those_of_given_media() {
        // Given
        JobSpec spec = spec(Task.Create.FROM_TEXT, OPENING);
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
        JobSpec spec = spec(new Task.Image(), window(0, 1, new Start.Free(), new End.Free()));
        // When
        List<Stage> stages = stages(spec);
        // Then
        assertThat(stages).containsExactly(Stage.TEXT_ENCODING, Stage.DENOISING, Stage.DECODING, Stage.ASSEMBLING);
    }

    @Test
    void given_pictures_are_read_and_encoded_before_anything_is_denoised() {
        // Given
        Task task = new Task.Create(Mesh.ref("files/first"), null, List.of());
        JobSpec spec = spec(task, window(0, 33, new Start.Picture(Role.FIRST_FRAME), new End.Free()));
        // When
        List<Stage> stages = stages(spec);
        // Then
        assertThat(stages).startsWith(Stage.MEDIA_READING, Stage.LATENT_ENCODING, Stage.TEXT_ENCODING, Stage.DENOISING);
    }

    @Test
    void characters_are_read_and_encoded_once_for_all_segments() {
        // Given
        JobSpec spec = spec(new Task.Create(null, null, List.of(Mesh.ref("files/character"))), OPENING, GOING_ON);
        // When
        List<Stage> stages = stages(spec);
        List<Order> next = Route.afterDenoising(denoising(spec, 0), JobArtifacts.NOTHING);
        // Then
        assertThat(stages).startsWith(Stage.MEDIA_READING, Stage.LATENT_ENCODING, Stage.TEXT_ENCODING, Stage.DENOISING);
        assertThat(next).extracting(Order::stage).containsExactly(Stage.DECODING, Stage.DENOISING);
    }

    @Test
    void the_next_segment_is_denoised_while_the_last_is_decoded() {
        // Given
        Order order = denoising(spec(Task.Create.FROM_TEXT, OPENING, GOING_ON), 0);
        // When
        List<Order> next = Route.afterDenoising(order, order.jobArtifacts());
        // Then
        assertThat(next).extracting(Order::stage).containsExactly(Stage.DECODING, Stage.DENOISING);
        assertThat(next).extracting(Order::segment).containsExactly(0, 1);
    }

    @Test
    void a_loop_s_last_segment_must_meet_the_first() {
        // Given
        SegmentSpec bridge = window(1, 33, new Start.Continuing(0, 13), new End.Meeting(0, 9));
        JobSpec spec = spec(new Task.Loop(), OPENING, bridge);
        Order order = denoising(spec, 0);
        // When
        List<Order> next = Route.afterDenoising(order, order.jobArtifacts());
        // Then
        assertThat(next).extracting(Order::stage).containsExactly(Stage.DECODING, Stage.LATENT_ENCODING);
    }

    @Test
    void a_loop_of_one_window_has_nothing_to_meet_and_its_first_frame_once() {
        // Given
        JobSpec spec = spec(new Task.Loop(), window(0, 33, new Start.Free(), new End.Circle()));
        // When
        List<Stage> stages = stages(spec);
        // Then
        assertThat(stages)
                .containsExactly(
                        Stage.TEXT_ENCODING, Stage.DENOISING, Stage.DECODING, Stage.VIDEO_ENCODING, Stage.ASSEMBLING);
    }

    @Test
    void what_leads_up_to_a_video_is_made_from_there_to_its_start() {
        // Given
        JobSpec spec = spec(
                new Task.Extend(Mesh.ref("files/video"), Task.Direction.BACKWARD),
                SegmentSpec.of(0, 1, "a ball", 2, 17, new Start.Free(), new End.Meeting(1, 9), null),
                SegmentSpec.of(1, 0, "a ball", 1, 33, new Start.Free(), new End.Video(Role.SOURCE, 9), null));
        Order read = Order.first(JobId.video(), spec, Instant.now());
        // When
        Order encoding = Route.afterMediaReading(read, JobArtifacts.NOTHING);
        Order denoising = Route.afterTextEncoding(encoding, JobArtifacts.NOTHING);
        List<Order> next = Route.afterDenoising(denoising, JobArtifacts.NOTHING);
        // Then
        assertThat(encoding.stage()).isEqualTo(Stage.LATENT_ENCODING);
        assertThat(List.of(encoding, denoising)).extracting(Order::segment).containsExactly(1, 1);
        assertThat(next).extracting(Order::stage).containsExactly(Stage.DECODING, Stage.LATENT_ENCODING);
        assertThat(next).extracting(Order::segment).containsExactly(1, 0);
        assertThat(Route.afterDenoising(denoising(spec, 0), JobArtifacts.NOTHING))
                .extracting(Order::stage)
                .containsExactly(Stage.DECODING);
    }

    /** The stages that a job of one segment passes. */
    private static List<Stage> stages(JobSpec spec) {
        List<Stage> stages = new ArrayList<>();
        Order order = Order.first(JobId.video(), spec, Instant.now());
        while (true) {
            stages.add(order.stage());
            JobArtifacts jobArtifacts = order.jobArtifacts();
            switch (order.stage()) {
                case MEDIA_READING -> order = Route.afterMediaReading(order, jobArtifacts);
                case LATENT_ENCODING -> order = Route.afterLatentEncoding(order, jobArtifacts);
                case TEXT_ENCODING -> order = Route.afterTextEncoding(order, jobArtifacts);
                case DENOISING ->
                    order = Route.afterDenoising(order, jobArtifacts).get(0);
                case DECODING -> order = Route.afterDecoding(order, jobArtifacts);
                case VIDEO_ENCODING -> order = Route.afterVideoEncoding(order, jobArtifacts);
                case ASSEMBLING -> {
                    return stages;
                }
            }
        }
    }

    private static Order denoising(JobSpec spec, int segment) {
        return Order.to(Stage.DENOISING, JobId.video(), segment, spec, JobArtifacts.NOTHING, Instant.now());
    }

    static SegmentSpec window(int index, int frames, Start start, End end) {
        return SegmentSpec.of(index, index, "a ball", index, frames, start, end, null);
    }

    static JobSpec spec(Task task, SegmentSpec... segments) {
        List<Reading> readings = task.files().keySet().stream()
                .map(role -> new Reading(role, 1, false))
                .toList();
        List<Part> parts = Part.made(segments.length);
        return new JobSpec(
                task,
                "toybox",
                "a ball",
                null,
                64,
                64,
                8,
                new SamplingSettings(20, 4),
                "",
                1,
                readings,
                List.of(segments),
                parts,
                Set.of());
    }
}
