package dev.zoetrope.gateway.expansion;

import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.SegmentSpec;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to be rewritten.
 *
 * @param whole what the video as a whole shows
 * @param shots the prompts of the shots in order, each once
 */
record Story(String whole, List<String> shots, Set<Situation> situations) {
    static Story of(JobSpec spec) {
        List<String> shots =
                spec.segments().stream().map(SegmentSpec::prompt).distinct().toList();
        Set<Situation> situations = Situation.of(spec);
        if (!shots.equals(List.of(spec.prompt()))) {
            situations.add(Situation.STORYBOARD);
        }
        return new Story(spec.prompt(), shots, situations);
    }

    /** Characters that the language model has to read. */
    int length() {
        return whole.length() + shots.stream().mapToInt(String::length).sum();
    }

    boolean isStoryboard() {
        return situations.contains(Situation.STORYBOARD);
    }

    String system() {
        return situations.stream().map(Situation::text).collect(Collectors.joining("\n\n"));
    }

    /** What the language model is asked about one of the shots. */
    String user(String shot) {
        if (!isStoryboard()) {
            return shot;
        }
        StringBuilder text =
                new StringBuilder("The whole story: ").append(whole).append("\n\nThe shots in order:\n");
        for (int i = 0; i < shots.size(); i++) {
            text.append(i + 1).append(". ").append(shots.get(i)).append('\n');
        }
        return text.append("\nWrite the caption of shot ")
                .append(shots.indexOf(shot) + 1)
                .append(" and of no other.")
                .toString();
    }
}
