package dev.zoetrope.sampling;

import dev.zoetrope.engine.ModelConfig;
import dev.zoetrope.engine.ModelException;
import java.nio.file.Path;

/** Which solver a checkpoint is sampled with, and its schedule; immutable. */
public sealed interface SchedulerConfig permits UniPcConfig, FlowMatchEulerConfig {
    /**
     * Reads {@code scheduler_config.json} by its {@code _class_name}.
     *
     * @throws ModelException for a class or a setting that is not known here, named with file and key
     */
    static SchedulerConfig read(Path file) {
        ModelConfig config = ModelConfig.read(file);
        return switch (config.text("_class_name")) {
            case "UniPCMultistepScheduler" -> UniPcConfig.read(config);
            case "FlowMatchEulerDiscreteScheduler" -> FlowMatchEulerConfig.read(config);
            default ->
                throw config.unexpected(
                        "_class_name",
                        "UniPCMultistepScheduler or FlowMatchEulerDiscreteScheduler",
                        config.text("_class_name"));
        };
    }

    /** Timesteps of the schedule that the model was trained with, usually 1000. */
    int trainTimesteps();

    /** How far the schedule is moved towards noise; 1 is not at all. */
    double shift();

    /** The same solver with another shift. */
    SchedulerConfig withShift(double shift);

    /**
     * Begins a run.
     *
     * @param steps 1 to 1000
     * @param first the first step that is taken: 0 to start from pure noise; {@code steps} takes none
     * @throws dev.zoetrope.engine.InvalidRequest when one of them is out of its range
     */
    Scheduler scheduler(int steps, int first);
}
