package dev.zoetrope.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.End;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.contracts.Part;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Start;
import dev.zoetrope.contracts.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a model does not offer is refused with the parameter and the reason. */
class CapabilitiesTest {
    private static final ArtifactRef FILE = new ArtifactRef("jobs/file", 1, "0".repeat(64), null, null);

    record Refused(String param, String reason, JobSpec spec, ModelCard card) {
        @Override
        public String toString() {
            return param + ": " + reason;
        }
    }

    static Stream<Refused> refused() {
        ModelCard pictures = card(false, true, false, false);
        ModelCard labels = new ModelCard(
                "labels",
                "test",
                8,
                64,
                64,
                64,
                new SamplingSettings(4, 1),
                null,
                null,
                new ModelCard.Image(),
                null,
                null,
                null,
                null,
                new ModelCard.Classes(List.of("ball")));
        ModelCard bare = card(true, false, false, false);
        ModelCard needsFirst = card(true, false, true, true);
        Task edit = new Task.Edit(FILE, 0.5);
        Task extension = new Task.Extend(FILE, Task.Direction.FORWARD);
        Task connection = new Task.Connect(FILE, FILE);
        Task last = new Task.Create(null, FILE, List.of());
        Task loop = new Task.Loop();
        Task characters = new Task.Create(null, null, List.of(FILE));
        return Stream.of(
                new Refused("model", "does not make videos", video(Task.Create.FROM_TEXT, 1), pictures),
                new Refused("model", "does not make still pictures", image(), bare),
                new Refused("model", "does not make what a prompt says", image(), labels),
                new Refused("input_reference", "does not make videos from a first picture", video(first(), 1), bare),
                new Refused("last_frame", "does not make videos to a last picture", video(last, 1), bare),
                new Refused("video", "does not make videos from given frames", video(extension, 1), bare),
                new Refused("from", "does not make videos between given frames", video(connection, 1), bare),
                new Refused("video", "does not make edits of a given video", video(edit, 1), bare),
                new Refused("loop", "does not make loops", video(loop, 1), bare),
                new Refused("characters", "does not make videos of given characters", video(characters, 1), bare),
                new Refused(
                        "seconds",
                        "videos of more than the 33 frames of a window",
                        video(Task.Create.FROM_TEXT, 2),
                        bare),
                new Refused(
                        "input_reference",
                        "expected a picture, which the model 'tiny' needs",
                        video(Task.Create.FROM_TEXT, 1),
                        needsFirst));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void what_a_model_does_not_offer_is_refused_with_the_reason(Refused refused) {
        assertThatThrownBy(() -> Capabilities.checked(refused.spec(), refused.card()))
                .isInstanceOfSatisfying(PlanRefused.class, problem -> {
                    assertThat(problem.parameter()).isEqualTo(refused.param());
                    assertThat(problem.getMessage()).contains(refused.reason());
                });
    }

    @Test
    void what_a_model_offers_is_planned() {
        JobSpec video = video(first(), 1);
        assertThat(Capabilities.checked(video, card(true, false, true, true))).isEqualTo(video);
        assertThat(Capabilities.checked(image(), card(false, true, false, false)))
                .isEqualTo(image());
    }

    private static ModelCard card(boolean video, boolean image, boolean frames, boolean required) {
        return new ModelCard(
                "tiny",
                "test",
                16,
                256,
                64,
                64,
                new SamplingSettings(20, 4),
                new ModelCard.Text(""),
                video ? new ModelCard.Video(4, 33, 8) : null,
                image ? new ModelCard.Image() : null,
                frames ? new ModelCard.GivenFrames(required) : null,
                null,
                null,
                null,
                null);
    }

    private static Task first() {
        return new Task.Create(FILE, null, List.of());
    }

    private static JobSpec image() {
        return video(new Task.Image(), 1);
    }

    private static JobSpec video(Task task, int segments) {
        List<SegmentSpec> windows = new ArrayList<>();
        for (int i = 0; i < segments; i++) {
            windows.add(SegmentSpec.of(i, i, "a ball", i, 33, new Start.Free(), new End.Free(), null));
        }
        List<Part> parts = Part.made(segments);
        return new JobSpec(
                task,
                "tiny",
                "a ball",
                null,
                64,
                64,
                8,
                new SamplingSettings(20, 4),
                "",
                1,
                List.of(),
                windows,
                parts,
                Set.of());
    }
}
