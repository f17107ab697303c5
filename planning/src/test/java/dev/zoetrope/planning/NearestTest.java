package dev.zoetrope.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.contracts.ModelOffered;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.contracts.Task;
import dev.zoetrope.contracts.request.CreateVideo;
import dev.zoetrope.contracts.request.Format;
import dev.zoetrope.contracts.request.FrameSize;
import dev.zoetrope.contracts.request.Sampling;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** What is refused is refused with the nearest that the model makes, for models of any grid: asked for, that is made. */
class NearestTest {
    private static final int LONGEST_SECONDS = 60;
    private static final Pattern SUCH_AS = Pattern.compile("such as ([0-9.x]+)");

    private final Planner planner = new Planner(new Planner.Limits(LONGEST_SECONDS, 200, 512 * 512, 4));

    @Provide
    Arbitrary<ModelOffered> models() {
        return Combinators.combine(
                        Arbitraries.of(1, 2, 8, 14, 16, 32),
                        Arbitraries.integers().between(1, 40),
                        Arbitraries.integers().between(0, 31),
                        Arbitraries.integers().between(1, 9),
                        Arbitraries.integers().between(8, 24),
                        Arbitraries.integers().between(1, 60))
                .as((multiple, sizes, rest, factor, latents, fps) -> new ModelOffered(
                        Instant.EPOCH,
                        new ModelCard(
                                "any",
                                "any",
                                multiple,
                                multiple * sizes + rest % multiple,
                                multiple,
                                multiple,
                                new SamplingSettings(20, 4.0),
                                new ModelCard.Text(""),
                                new ModelCard.Video(factor, factor * latents + 1, fps),
                                new ModelCard.Image(),
                                new ModelCard.GivenFrames(false),
                                new ModelCard.Continuation(),
                                new ModelCard.Edit(),
                                new ModelCard.References(),
                                null),
                        null));
    }

    @Property
    void a_refused_number_of_frames_comes_with_the_nearest(
            @ForAll("models") ModelOffered model, @ForAll @IntRange(min = 1, max = 300) int frames) {
        Optional<String> near = refusal(model, null, frames);
        near.ifPresent(text -> {
            int nearest = Integer.parseInt(text);
            assertThat(refusal(model, null, nearest)).as("%s is made", text).isEmpty();
            for (int other = frames - Math.abs(frames - nearest) + 1;
                    other < frames + Math.abs(frames - nearest);
                    other++) {
                if (other > 0) {
                    assertThat(refusal(model, null, other))
                            .as("%d is nearer", other)
                            .isPresent();
                }
            }
        });
    }

    @Property
    void a_refused_length_comes_with_the_nearest(
            @ForAll("models") ModelOffered model,
            @ForAll @LongRange(min = 1, max = LONGEST_SECONDS * 1000L) long millis) {
        BigDecimal asked = BigDecimal.valueOf(millis, 3);
        refusal(model, asked, null).ifPresent(text -> {
            BigDecimal nearest = new BigDecimal(text);
            assertThat(refusal(model, nearest, null)).as("%s is made", text).isEmpty();
            BigDecimal grid = BigDecimal.valueOf((double) model.temporalFactor() / model.framesPerSecond());
            boolean atAnEnd = nearest.compareTo(grid.multiply(new BigDecimal("1.001"))) <= 0
                    || nearest.add(grid).compareTo(BigDecimal.valueOf(LONGEST_SECONDS)) > 0;
            assertThat(nearest.subtract(asked).abs().doubleValue() <= grid.doubleValue() / 2 + 1e-5 || atAnEnd)
                    .as("%s is the nearest to %s", nearest, asked)
                    .isTrue();
        });
    }

    @Property
    void a_refused_size_comes_with_the_nearest(
            @ForAll("models") ModelOffered model,
            @ForAll @IntRange(min = 1, max = 99_999) int width,
            @ForAll @IntRange(min = 1, max = 2_000) int height) {
        sizeRefusal(model, new FrameSize(width, height)).ifPresent(text -> {
            String[] sides = text.split("x");
            FrameSize near = new FrameSize(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
            assertThat(sizeRefusal(model, near)).as("%s is made", text).isEmpty();
            int multiple = model.sizeMultiple();
            int most = model.maxSize() / multiple * multiple;
            if ((long) most * most <= 512 * 512) {
                assertThat(Math.abs(near.width() - Math.min(width, most)))
                        .isLessThanOrEqualTo(width < multiple ? multiple : multiple / 2);
                assertThat(Math.abs(near.height() - Math.min(height, most)))
                        .isLessThanOrEqualTo(height < multiple ? multiple : multiple / 2);
            }
        });
    }

    private Optional<String> refusal(ModelOffered model, BigDecimal seconds, Integer frames) {
        return near(video(Format.DEFAULTS, seconds, frames), model);
    }

    private Optional<String> sizeRefusal(ModelOffered model, FrameSize size) {
        return near(video(new Format(null, size.toString(), null), null, model.temporalFactor() + 1), model);
    }

    private static CreateVideo video(Format format, BigDecimal seconds, Integer frames) {
        return new CreateVideo(
                "a", format, seconds, null, null, frames, Sampling.DEFAULTS, null, null, null, null, null);
    }

    private Optional<String> near(CreateVideo video, ModelOffered model) {
        try {
            planner.plan(video, new Resolved(Task.Create.FROM_TEXT, model));
            return Optional.empty();
        } catch (PlanRefused problem) {
            Matcher matcher = SUCH_AS.matcher(String.valueOf(problem.getMessage()));
            assertThat(matcher.find()).as(problem.getMessage()).isTrue();
            return Optional.of(matcher.group(1));
        }
    }
}
