package dev.zoetrope.encoder;

import dev.zoetrope.contracts.ArtifactRef;
import dev.zoetrope.contracts.Given;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.SegmentSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the files that a job was given, and what is needed of it.
 *
 * @param role what it was given for
 * @param file the picture or video
 * @param frames how many of its frames a segment starts or ends with, or is made from
 * @param fromEnd whether those are its last frames; its first otherwise
 * @param shown whether the job's video shows it as it is
 */
record GivenMedia(Given.Role role, ArtifactRef file, int frames, boolean fromEnd, boolean shown) {
    /** All that a job was given, but its characters. */
    static List<GivenMedia> of(JobSpec spec) {
        Given given = spec.given();
        SegmentSpec first = spec.segment(0);
        SegmentSpec last = spec.segment(spec.segments().size() - 1);
        List<GivenMedia> media = new ArrayList<>();
        if (given.firstFrame() != null) {
            media.add(new GivenMedia(Given.Role.FIRST_FRAME, given.firstFrame(), 1, false, false));
        }
        if (given.lastFrame() != null) {
            media.add(new GivenMedia(Given.Role.LAST_FRAME, given.lastFrame(), 1, false, false));
        }
        if (given.edit() != null) {
            media.add(new GivenMedia(Given.Role.SOURCE, given.edit().video(), length(spec), false, false));
        }
        Given.Extension extension = given.extension();
        if (extension != null) {
            boolean forward = extension.direction() == Given.Direction.FORWARD;
            int frames = forward ? first.overlapFrames() : last.closingFrames();
            media.add(new GivenMedia(Given.Role.SOURCE, extension.video(), frames, forward, true));
        }
        if (given.connection() != null) {
            media.add(new GivenMedia(Given.Role.FROM, given.connection().from(), first.overlapFrames(), true, true));
            media.add(
                    new GivenMedia(Given.Role.TO, given.connection().to(), last.closingFrames(), false, !given.loop()));
        }
        return media;
    }

    /** Frames of all windows together, those in common counted once. */
    private static int length(JobSpec spec) {
        int frames = spec.segment(0).frames();
        for (int i = 1; i < spec.segments().size(); i++) {
            frames += spec.segment(i).frames() - spec.segment(i).overlapFrames();
        }
        return frames;
    }
}
