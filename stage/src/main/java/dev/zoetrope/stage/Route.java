package dev.zoetrope.stage;

import dev.zoetrope.contracts.Gathered;
import dev.zoetrope.contracts.Given;
import dev.zoetrope.contracts.JobSpec;
import dev.zoetrope.contracts.Order;
import dev.zoetrope.contracts.SegmentSpec;
import dev.zoetrope.contracts.Stage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

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
 * A segment goes on from the latents of the one before it, so denoising the next begins while the last is decoded and encoded.
 * Latents are encoded only where given frames, or the video's own start, are known of a segment. A video that is extended
 * backward is made from its last segment to its first.
 */
public final class Route {
    private Route() {}

    /** After the given media are frames. */
    public static Order afterMediaReading(Order order, Gathered gathered) {
        int first = first(order.spec());
        boolean known = needsLatents(order.spec(), first);
        return to(known ? Stage.LATENT_ENCODING : Stage.TEXT_ENCODING, order, known ? first : 0, gathered);
    }

    /** After what is known of a segment is latents. */
    public static Order afterLatentEncoding(Order order, Gathered gathered) {
        boolean prompted = gathered.segment(order.segment()).embeddings() != null;
        return prompted
                ? to(Stage.DENOISING, order, order.segment(), gathered)
                : to(Stage.TEXT_ENCODING, order, 0, gathered);
    }

    /** After the prompts of all segments are embeddings. */
    public static Order afterTextEncoding(Order order, Gathered gathered) {
        return to(Stage.DENOISING, order, first(order.spec()), gathered);
    }

    /** After a segment is latents. */
    public static List<Order> afterDenoising(Order order, Gathered gathered) {
        List<Order> next = new ArrayList<>();
        next.add(to(Stage.DECODING, order, order.segment(), gathered));
        following(order.spec(), order.segment()).ifPresent(segment -> {
            Stage stage = needsLatents(order.spec(), segment) ? Stage.LATENT_ENCODING : Stage.DENOISING;
            next.add(to(stage, order, segment, gathered));
        });
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

    /** Whether the segments are made from the last to the first. */
    public static boolean isBackward(JobSpec spec) {
        Given.Extension extension = spec.given().extension();
        return extension != null && extension.direction() == Given.Direction.BACKWARD;
    }

    /** The segment whose start the segment's end must meet; none where it meets given frames or nothing. */
    public static OptionalInt meets(JobSpec spec, int segment) {
        if (spec.segment(segment).closingFrames() == 0) return OptionalInt.empty();
        if (isBackward(spec) && !spec.isLast(segment)) return OptionalInt.of(segment + 1);
        boolean closesLoop = spec.given().loop() && spec.isLast(segment) && segment > 0;
        return closesLoop ? OptionalInt.of(0) : OptionalInt.empty();
    }

    /** How many of a segment's frames are decoded: those that it has in common with the segment before it are that one's. */
    public static int decodedFrames(JobSpec spec, int segment) {
        SegmentSpec window = spec.segment(segment);
        return goesOn(spec, segment) ? window.frames() - window.overlapFrames() : window.frames();
    }

    private static boolean needsLatents(JobSpec spec, int segment) {
        SegmentSpec window = spec.segment(segment);
        boolean startsWithGiven = window.overlapFrames() > 0 && !goesOn(spec, segment);
        return startsWithGiven || window.closingFrames() > 0 || spec.given().edit() != null;
    }

    private static int first(JobSpec spec) {
        return isBackward(spec) ? spec.segments().size() - 1 : 0;
    }

    private static OptionalInt following(JobSpec spec, int segment) {
        int next = isBackward(spec) ? segment - 1 : segment + 1;
        return next < 0 || next >= spec.segments().size() ? OptionalInt.empty() : OptionalInt.of(next);
    }

    private static Order to(Stage stage, Order order, int segment, Gathered gathered) {
        return Order.to(stage, order.job(), segment, order.spec(), gathered, Instant.now());
    }
}
