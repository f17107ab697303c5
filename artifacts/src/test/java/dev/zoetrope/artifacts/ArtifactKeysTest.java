package dev.zoetrope.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactKeysTest {
    @Test
    void keys_lie_where_the_architecture_says() {
        assertThat(ArtifactKeys.embeddings("job_1", 0)).isEqualTo("jobs/job_1/0/embeddings.safetensors");
        assertThat(ArtifactKeys.latents("job_1", 2)).isEqualTo("jobs/job_1/2/latents.safetensors");
        assertThat(ArtifactKeys.checkpoint("job_1", 2)).isEqualTo("jobs/job_1/2/checkpoint.safetensors");
        assertThat(ArtifactKeys.frames("job_1", 2, 7)).isEqualTo("jobs/job_1/2/frames-7.safetensors");
        assertThat(ArtifactKeys.segmentVideo("job_1", 2)).isEqualTo("jobs/job_1/2/segment.mp4");
        assertThat(ArtifactKeys.video("job_1")).isEqualTo("jobs/job_1/video.mp4");
        assertThat(ArtifactKeys.thumbnail("job_1")).isEqualTo("jobs/job_1/thumbnail.webp");
        assertThat(ArtifactKeys.spritesheet("job_1")).isEqualTo("jobs/job_1/spritesheet.jpg");
    }

    @Test
    void no_two_artifacts_of_a_job_share_a_key() {
        List<String> keys = List.of(
                ArtifactKeys.embeddings("j", 0),
                ArtifactKeys.latents("j", 0),
                ArtifactKeys.latents("j", 1),
                ArtifactKeys.known("j", 0),
                ArtifactKeys.checkpoint("j", 0),
                ArtifactKeys.frames("j", 0, 0),
                ArtifactKeys.frames("j", 0, 1),
                ArtifactKeys.givenFrames("j", "first", 0),
                ArtifactKeys.givenLatents("j", "first"),
                ArtifactKeys.segmentVideo("j", 0),
                ArtifactKeys.video("j"));

        assertThat(Set.copyOf(keys)).hasSameSizeAs(keys);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a/b", "a b", "ä"})
    void a_job_that_would_leave_its_folder_is_refused(String job) {
        assertThatThrownBy(() -> ArtifactKeys.video(job)).hasMessageContaining("expected as job");
    }

    @Property
    void embeddings_are_shared_by_the_same_model_and_text_alone(
            @ForAll String model, @ForAll String text, @ForAll String other) {
        assertThat(ArtifactKeys.embeddings(model, text)).isEqualTo(ArtifactKeys.embeddings(model, text));
        if (!text.equals(other)) {
            assertThat(ArtifactKeys.embeddings(model, text)).isNotEqualTo(ArtifactKeys.embeddings(model, other));
        }
        if (!other.isEmpty()) {
            assertThat(ArtifactKeys.embeddings(model + other, text))
                    .isNotEqualTo(ArtifactKeys.embeddings(model, other + text));
        }
    }
}
