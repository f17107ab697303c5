package dev.zoetrope.encoder;

import dev.zoetrope.contracts.Given;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.stage.Route;

/**
 * Which of a segment's decoded frames the job's video shows. Frames that it has in common with a video that the client brought, or
 * with its own start where it loops, are shown as they are there; a given picture is shown as the model keeps it.
 *
 * @param from the first
 * @param to the last, not included
 */
record ShownFrames(int from, int to) {
    static ShownFrames of(JobSpec spec, int index) {
        SegmentSpec segment = spec.segment(index);
        Given given = spec.given();
        int decoded = Route.decodedFrames(spec, index);
        boolean givenVideo = given.extension() != null || given.connection() != null;
        int from = index == 0 && givenVideo ? segment.overlapFrames() : 0;
        boolean shownElsewhere = givenVideo || Route.closesLoop(spec, index);
        return new ShownFrames(from, decoded - (shownElsewhere ? segment.closingFrames() : 0));
    }

    int count() {
        return to - from;
    }
}
