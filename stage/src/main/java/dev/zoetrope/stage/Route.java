package dev.zoetrope.stage;

import dev.zoetrope.contracts.Gathered;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Which orders follow which.
 *
 * <pre>
 * [media reading ─▶ latent encoding ─▶] text encoding ─▶ denoising(first)
 *
 * denoising(k) ─▶ decoding(k) ─▶ video encoding(k) ─▶ assembling, when all segments are there
 *      └─▶ [latent encoding(k+1) ─▶] denoising(k+1)
 * </pre>
 *
 * A segment goes on from the latents of the one before it, so denoising the next begins while the last is decoded and encoded. What
 * leads up to a given video is made from there to its start: k+1 is then the segment before.
 * Latents are encoded only where given frames, or the video's own start, are known of a segment.
 */
public final class Route {
    private Route() {}

    /** After the given media are frames. */
    public static Order afterMediaReading(Order order, Gathered gathered) {
        int first = order.spec().turn(0);
        Stage next = needsLatents(order.spec(), first) ? Stage.LATENT_ENCODING : Stage.TEXT_ENCODING;
        return to(next, order, first, gathered);
    }

    /** After what is known of a segment is latents. */
    public static Order afterLatentEncoding(Order order, Gathered gathered) {
        boolean prompted = gathered.segment(order.segment()).embeddings() != null;
        return to(prompted ? Stage.DENOISING : Stage.TEXT_ENCODING, order, order.segment(), gathered);
    }

    /** After the prompts of all segments are embeddings. */
    public static Order afterTextEncoding(Order order, Gathered gathered) {
        return to(Stage.DENOISING, order, order.spec().turn(0), gathered);
    }

    /** After a segment is latents. */
    public static List<Order> afterDenoising(Order order, Gathered gathered) {
        List<Order> next = new ArrayList<>();
        next.add(to(Stage.DECODING, order, order.segment(), gathered));
        JobSpec spec = order.spec();
        int turn = spec.turn(order.segment()) + 1;
        if (turn < spec.segments().size()) {
            int following = spec.turn(turn);
            Stage stage = needsLatents(spec, following) ? Stage.LATENT_ENCODING : Stage.DENOISING;
            next.add(to(stage, order, following, gathered));
        }
        return next;
    }

    /** After a segment is frames. */
    public static Order afterDecoding(Order order, Gathered gathered) {
        boolean image = order.spec().kind() == JobSpec.Kind.IMAGE;
        return to(image ? Stage.ASSEMBLING : Stage.VIDEO_ENCODING, order, order.segment(), gathered);
    }

    /** After the last segment is a video. */
    public static Order afterVideoEncoding(Order order, Gathered gathered) {
        return to(Stage.ASSEMBLING, order, 0, gathered);
    }

    /** Whether the segment starts with the latents that the segment before it ends with. */
    public static boolean goesOn(JobSpec spec, int segment) {
        return segment > 0 && spec.segment(segment).overlapFrames() > 0;
    }

    /** Whether the segment's end must meet the job's own start, which the job made: not that of a given video. */
    public static boolean closesLoop(JobSpec spec, int segment) {
        return spec.given().loop()
                && spec.given().connection() == null
                && segment > 0
                && spec.isLast(segment)
                && spec.segment(segment).closingFrames() > 0;
    }

    /** Whether the segment's end must meet the start of the one after it, which is made before it. */
    public static boolean leadsUp(JobSpec spec, int segment) {
        return spec.madeBackward() && !spec.isLast(segment);
    }

    /** Whether the job is one window without a start or an end. */
    public static boolean circles(JobSpec spec) {
        return spec.given().loop()
                && spec.given().connection() == null
                && spec.segments().size() == 1
                && spec.segment(0).closingFrames() == 1;
    }

    /** How many of a segment's frames are decoded: those that it has in common with the segment before it are that one's. */
    public static int decodedFrames(JobSpec spec, int segment) {
        SegmentSpec window = spec.segment(segment);
        if (circles(spec)) return window.newFrames();
        return goesOn(spec, segment) ? window.frames() - window.overlapFrames() : window.frames();
    }

    /** Whether the segment starts or ends with frames that have to be encoded: given ones, or the start of another segment. */
    public static boolean meetsFrames(JobSpec spec, int segment) {
        SegmentSpec window = spec.segment(segment);
        boolean startsWithGiven = window.overlapFrames() > 0 && !goesOn(spec, segment);
        return startsWithGiven || window.closingFrames() > 0 && !circles(spec);
    }

    /** Whether the characters are to be encoded for this segment and all that are made after it. */
    public static boolean bringsCharacters(JobSpec spec, int segment) {
        return !spec.given().characters().isEmpty() && spec.turn(segment) == 0;
    }

    private static boolean needsLatents(JobSpec spec, int segment) {
        return meetsFrames(spec, segment) || spec.given().edit() != null || bringsCharacters(spec, segment);
    }

    private static Order to(Stage stage, Order order, int segment, Gathered gathered) {
        return Order.to(stage, order.job(), segment, order.spec(), gathered, Instant.now());
    }
}
