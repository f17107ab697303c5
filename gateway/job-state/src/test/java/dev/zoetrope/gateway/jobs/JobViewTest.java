package dev.zoetrope.gateway.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Fact;
import dev.zoetrope.contracts.JobId;
import dev.zoetrope.contracts.ProblemCode;
import dev.zoetrope.contracts.Stage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobViewTest {
    private static final String JOB = JobId.video();
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    /** One fact of every kind, with the state that it leaves a waiting job in. */
    private static final Map<Fact, JobState> EFFECTS = new LinkedHashMap<>();

    static {
        EFFECTS.put(Facts.accepted(JOB), JobState.QUEUED);
        EFFECTS.put(new Fact.StageStarted(JOB, AT, Stage.DENOISING, 0, 0, null), JobState.IN_PROGRESS);
        EFFECTS.put(new Fact.StageProgressed(JOB, AT, Stage.DENOISING, 0, 5, 20, null), JobState.IN_PROGRESS);
        EFFECTS.put(new Fact.StageCompleted(JOB, AT, Stage.DENOISING, 0, 1, 0, List.of()), JobState.IN_PROGRESS);
        EFFECTS.put(
                new Fact.JobCompleted(JOB, AT, ArtifactRef.file("v.mp4", 1, "ab".repeat(32)), null, null, null, 33, 4),
                JobState.COMPLETED);
        EFFECTS.put(new Fact.JobFailed(JOB, AT, ProblemCode.STAGE_FAILED, "no", null), JobState.FAILED);
        EFFECTS.put(new Fact.JobCancelled(JOB, AT), JobState.CANCELLED);
        EFFECTS.put(new Fact.JobDeleted(JOB, AT), JobState.DELETED);
        EFFECTS.put(new Fact.WebhookSettled(JOB, AT, "webhook", "evt_1", true, 1), JobState.QUEUED);
    }

    @Test
    void every_kind_of_fact_has_its_effect_on_a_waiting_job_and_only_a_deletion_deletes() {
        // Given
        JobView waiting = JobView.justAccepted(Facts.accepted(JOB));
        // When
        Map<Class<?>, JobState> effects = new LinkedHashMap<>();
        EFFECTS.keySet()
                .forEach(fact ->
                        effects.put(fact.getClass(), waiting.after(fact, 0, 1).state()));
        // Then
        assertThat(effects.keySet()).containsExactlyInAnyOrderElementsOf(kinds());
        EFFECTS.forEach((fact, state) -> assertThat(effects).containsEntry(fact.getClass(), state));
    }

    @Test
    void of_a_job_that_has_ended_only_a_deletion_changes_the_state() {
        // Given
        JobView cancelled = JobView.justAccepted(Facts.accepted(JOB)).after(new Fact.JobCancelled(JOB, AT), 0, 1);
        // When
        Map<Class<?>, JobState> effects = new LinkedHashMap<>();
        EFFECTS.keySet()
                .forEach(fact ->
                        effects.put(fact.getClass(), cancelled.after(fact, 0, 2).state()));
        // Then
        effects.forEach((kind, state) -> assertThat(state)
                .as(kind.getSimpleName())
                .isEqualTo(kind == Fact.JobDeleted.class ? JobState.DELETED : JobState.CANCELLED));
    }

    @Test
    void a_snapshot_says_the_state_by_its_name_and_gives_the_same_view_for_every_fact() {
        // Given
        JobView waiting = JobView.justAccepted(Facts.accepted(JOB));
        for (Fact fact : EFFECTS.keySet()) {
            JobView view = waiting.after(fact, 3, 17);
            // When
            byte[] bytes = Snapshot.encode(view);
            // Then
            assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                    .contains(view.state().label());
            assertThat(Snapshot.decode(JOB, bytes)).map(KeptJob::view).contains(view);
        }
    }

    @Test
    void a_snapshot_of_another_version_or_with_a_state_that_is_not_known_is_left_out() {
        // Given
        byte[] format = Snapshot.encode(JobView.justAccepted(Facts.accepted(JOB)));
        byte[] contracts = format.clone();
        byte[] state = format.clone();
        // When
        format[0]++;
        contracts[1]++;
        state[31] = 'x';
        // Then
        assertThat(List.of(format, contracts, state))
                .allSatisfy(bytes -> assertThat(Snapshot.decode(JOB, bytes)).isEmpty());
    }

    private static List<Class<?>> kinds() {
        return Arrays.asList(Fact.class.getPermittedSubclasses());
    }
}
