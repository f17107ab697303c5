package dev.zoetrope.stage;

import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.Stage;
import java.util.List;

/**
 * Stages that take turns on one worker, because they share what there is only one of: a model in memory, most often.
 *
 * @param name in logs
 * @param works what it does, for stages of one share group; one order at a time over all of them
 * @param preparation done before the first order is taken, as loading a model is; tried again while it fails, ever later
 */
public record StageLane(String name, List<StageWork<?>> works, Runnable preparation) {
    public StageLane {
        works = List.copyOf(works);
        List<String> groups =
                works.stream().map(work -> work.stage().shareGroup()).distinct().toList();
        if (groups.size() != 1) {
            throw new IllegalArgumentException(
                    "works: expected stages of one share group, but those of " + groups + " came");
        }
    }

    /** A lane of one stage, named like it. */
    public static StageLane of(StageWork<?> work, Runnable preparation) {
        return new StageLane(work.stage().label(), List.of(work), preparation);
    }

    /** A lane of one stage, named like it, that can work at once. */
    public static StageLane of(StageWork<?> work) {
        return of(work, () -> {});
    }

    String group() {
        return works.get(0).stage().shareGroup();
    }

    List<String> topics() {
        return works.stream().map(work -> work.stage().topic()).toList();
    }

    /** @throws IllegalArgumentException when none of the lane's stages carries out such orders */
    @SuppressWarnings("unchecked")
    <O extends Order> StageWork<O> workFor(O order) {
        for (StageWork<?> work : works) {
            if (work.orders().isInstance(order)) return (StageWork<O>) work;
        }
        throw new IllegalArgumentException("type: expected an order to one of "
                + works.stream().map(work -> work.stage().label()).toList() + ", but one to "
                + order.stage().label() + " came");
    }

    Stage stageOf(String topic) {
        return works.stream()
                .map(StageWork::stage)
                .filter(stage -> stage.topic().equals(topic))
                .findFirst()
                .orElseThrow();
    }
}
