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
 * media reading ─▶ latent encoding(0) ─▶ text encoding ─▶ denoising(0)
 * denoising(k) ─▶ decoding(k) ─▶ video encoding(k) ─▶ assembling, when all segments are there
 *      └─▶ denoising(k+1), if it starts with a cut
 *                     └─▶ latent encoding(k+1) ─▶ denoising(k+1), if it goes on from k
 * </pre>
 *
 * A segment that goes on from another must know that one's last frames as they are shown, so it waits for their decoding; video
 * encoding of the one and denoising of the next run side by side.
 */
public final class Route {
    private Route() {}

    /** After the given media are frames. */
    public static Order afterMediaReading(Order order, Gathered gathered) {
        Stage next = needsLatents(order.spec(), 0) ? Stage.LATENT_ENCODING : Stage.TEXT_ENCODING;
        return to(next, order, 0, gathered);
    }

    /** After the known frames of a segment are latents. */
    public static Order afterLatentEncoding(Order order, Gathered gathered) {
        boolean spoken = gathered.segment(order.segment()).embeddings() != null;
        return to(spoken ? Stage.DENOISING : Stage.TEXT_ENCODING, order, order.segment(), gathered);
    }

    /** After the prompts of all segments are embeddings. */
    public static Order afterTextEncoding(Order order, Gathered gathered) {
        return to(Stage.DENOISING, order, 0, gathered);
    }

    /** After a segment is latents. */
    public static List<Order> afterDenoising(Order order, Gathered gathered) {
        List<Order> next = new ArrayList<>();
        next.add(to(Stage.DECODING, order, order.segment(), gathered));
        int following = order.segment() + 1;
        if (following < order.spec().segments().size() && !waitsForFrames(order.spec(), following)) {
            Stage stage = needsLatents(order.spec(), following) ? Stage.LATENT_ENCODING : Stage.DENOISING;
            next.add(to(stage, order, following, gathered));
        }
        return next;
    }

    /** After a segment is frames. */
    public static List<Order> afterDecoding(Order order, Gathered gathered) {
        List<Order> next = new ArrayList<>();
        int following = order.segment() + 1;
        if (following < order.spec().segments().size() && waitsForFrames(order.spec(), following)) {
            // First, because a denoiser waits for it.
            next.add(to(Stage.LATENT_ENCODING, order, following, gathered));
        }
        boolean image = order.spec().kind() == JobSpec.Kind.IMAGE;
        next.add(to(image ? Stage.ASSEMBLING : Stage.VIDEO_ENCODING, order, order.segment(), gathered));
        return next;
    }

    /** After the last segment is a video. */
    public static Order afterVideoEncoding(Order order, Gathered gathered) {
        return to(Stage.ASSEMBLING, order, 0, gathered);
    }

    /** Whether the segment has frames in common with segments before it. */
    static boolean waitsForFrames(JobSpec spec, int segment) {
        SegmentSpec window = spec.segment(segment);
        return segment > 0 && (window.overlapFrames() > 0 || closesLoop(spec, segment));
    }

    /** Whether the segment's end is the job's start. */
    public static boolean closesLoop(JobSpec spec, int segment) {
        return spec.given().loop()
                && spec.isLast(segment)
                && segment > 0
                && spec.segment(segment).closingFrames() > 0;
    }

    private static boolean needsLatents(JobSpec spec, int segment) {
        SegmentSpec window = spec.segment(segment);
        return window.overlapFrames() > 0
                || window.closingFrames() > 0
                || spec.given().edit() != null;
    }

    private static Order to(Stage stage, Order order, int segment, Gathered gathered) {
        return Order.to(stage, order.job(), segment, order.spec(), gathered, Instant.now());
    }
}
