package dev.zoetrope.gateway.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Given;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.gateway.problems.ApiProblem;
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
                4,
                1,
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
        Given edit = new Given(null, null, new Given.Edit(FILE, 0.5), null, null, false, List.of());
        Given extension =
                new Given(null, null, null, new Given.Extension(FILE, Given.Direction.FORWARD), null, false, List.of());
        Given connection = new Given(null, null, null, null, new Given.Connection(FILE, FILE), false, List.of());
        Given last = new Given(null, FILE, null, null, null, false, List.of());
        Given loop = new Given(null, null, null, null, null, true, List.of());
        Given characters = new Given(null, null, null, null, null, false, List.of(FILE));
        return Stream.of(
                new Refused("model", "does not make videos", video(Given.NOTHING, 1), pictures),
                new Refused("model", "does not make still pictures", image(), bare),
                new Refused("model", "does not make what a prompt says", image(), labels),
                new Refused("input_reference", "does not make videos from a first picture", video(first(), 1), bare),
                new Refused("last_frame", "does not make videos to a last picture", video(last, 1), bare),
                new Refused("video", "does not make videos from given frames", video(extension, 1), bare),
                new Refused("from", "does not make videos between given frames", video(connection, 1), bare),
                new Refused("video", "does not make edits of a given video", video(edit, 1), bare),
                new Refused("loop", "does not make loops", video(loop, 1), bare),
                new Refused("characters", "does not make videos of given characters", video(characters, 1), bare),
                new Refused("seconds", "videos of more than the 33 frames of a window", video(Given.NOTHING, 2), bare),
                new Refused(
                        "input_reference",
                        "expected a picture, which the model 'tiny' needs",
                        video(Given.NOTHING, 1),
                        needsFirst));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void what_a_model_does_not_offer_is_refused_with_the_reason(Refused refused) {
        assertThatThrownBy(() -> Capabilities.checked(refused.spec(), refused.card()))
                .isInstanceOfSatisfying(ApiProblem.class, problem -> {
                    assertThat(problem.param()).isEqualTo(refused.param());
                    assertThat(problem.getMessage()).contains(refused.reason());
                });
    }

    @Test
    void what_a_model_offers_is_planned() {
        assertThat(Capabilities.checked(video(first(), 1), card(true, false, true, true))
                        .given())
                .isEqualTo(first());
        assertThat(Capabilities.checked(image(), card(false, true, false, false))
                        .kind())
                .isEqualTo(JobSpec.Kind.IMAGE);
    }

    private static ModelCard card(boolean video, boolean image, boolean frames, boolean required) {
        return new ModelCard(
                "tiny",
                "test",
                16,
                256,
                64,
                64,
                20,
                4,
                new ModelCard.Text(""),
                video ? new ModelCard.Video(4, 33, 8) : null,
                image ? new ModelCard.Image() : null,
                frames ? new ModelCard.GivenFrames(required) : null,
                null,
                null,
                null,
                null);
    }

    private static Given first() {
        return new Given(FILE, null, null, null, null, false, List.of());
    }

    private static JobSpec image() {
        return spec(JobSpec.Kind.IMAGE, Given.NOTHING, 1);
    }

    private static JobSpec video(Given given, int segments) {
        return spec(JobSpec.Kind.VIDEO, given, segments);
    }

    private static JobSpec spec(JobSpec.Kind kind, Given given, int segments) {
        List<SegmentSpec> windows = new ArrayList<>();
        for (int i = 0; i < segments; i++) windows.add(new SegmentSpec(i, "a ball", 33, 0, 0, i));
        return new JobSpec(kind, "tiny", "a ball", null, 64, 64, 8, 20, 4, "", 1, windows, given, Set.of());
    }
}
