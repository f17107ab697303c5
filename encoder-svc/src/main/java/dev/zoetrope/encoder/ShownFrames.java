package dev.zoetrope.encoder;

import dev.zoetrope.contracts.Given;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.SegmentSpec;

/**
 * Which of a segment's frames the job's video shows. Frames that a segment has in common with the segment before it, or with a
 * video that the client brought, are shown as they were there; a given picture is shown as the model keeps it.
 *
 * @param from the first
 * @param to the last, not included
 */
record ShownFrames(int from, int to) {
    static ShownFrames of(JobSpec spec, int index) {
        SegmentSpec segment = spec.segment(index);
        Given given = spec.given();
        boolean goesOn = index > 0 || given.extension() != null || given.connection() != null;
        boolean leadsInto = given.loop() || given.extension() != null || given.connection() != null;
        return new ShownFrames(
                goesOn ? segment.overlapFrames() : 0, segment.frames() - (leadsInto ? segment.closingFrames() : 0));
    }

    int count() {
        return to - from;
    }
}
