package dev.zoetrope.stage;

import dev.zoetrope.contracts.JobArtifacts;
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
 *      └─▶ [latent encoding(next) ─▶] denoising(next)
 * </pre>
 *
 * Denoising the segment whose turn is next begins while the last is decoded and encoded. Latents are encoded only where frames are known of
 * a segment.
 */
public final class Route {
    private Route() {}

    /** After the given media are frames. */
    public static Order afterMediaReading(Order order, JobArtifacts jobArtifacts) {
        SegmentSpec first = order.spec().made(0);
        Stage next = needsLatents(order.spec(), first) ? Stage.LATENT_ENCODING : Stage.TEXT_ENCODING;
        return to(next, order, first.index(), jobArtifacts);
    }

    /** After what is known of a segment is latents. */
    public static Order afterLatentEncoding(Order order, JobArtifacts jobArtifacts) {
        boolean prompted = jobArtifacts.segment(order.segment()).embeddings() != null;
        return to(prompted ? Stage.DENOISING : Stage.TEXT_ENCODING, order, order.segment(), jobArtifacts);
    }

    /** After the prompts of all segments are embeddings. */
    public static Order afterTextEncoding(Order order, JobArtifacts jobArtifacts) {
        return to(Stage.DENOISING, order, order.spec().made(0).index(), jobArtifacts);
    }

    /** After a segment is latents. */
    public static List<Order> afterDenoising(Order order, JobArtifacts jobArtifacts) {
        List<Order> next = new ArrayList<>();
        next.add(to(Stage.DECODING, order, order.segment(), jobArtifacts));
        JobSpec spec = order.spec();
        int turn = spec.segment(order.segment()).turn() + 1;
        if (turn < spec.segments().size()) {
            SegmentSpec following = spec.made(turn);
            Stage stage = needsLatents(spec, following) ? Stage.LATENT_ENCODING : Stage.DENOISING;
            next.add(to(stage, order, following.index(), jobArtifacts));
        }
        return next;
    }

    /** After a segment is frames. */
    public static Order afterDecoding(Order order, JobArtifacts jobArtifacts) {
        boolean image = order.spec().makesImage();
        return to(image ? Stage.ASSEMBLING : Stage.VIDEO_ENCODING, order, order.segment(), jobArtifacts);
    }

    /** After the last segment is a video. */
    public static Order afterVideoEncoding(Order order, JobArtifacts jobArtifacts) {
        return to(Stage.ASSEMBLING, order, 0, jobArtifacts);
    }

    /** Whether the characters are to be encoded for this segment and all that are made after it. */
    public static boolean bringsCharacters(JobSpec spec, SegmentSpec segment) {
        return segment.turn() == 0 && spec.hasCharacters();
    }

    private static boolean needsLatents(JobSpec spec, SegmentSpec segment) {
        return segment.meetsFrames() || segment.source() != null || bringsCharacters(spec, segment);
    }

    private static Order to(Stage stage, Order order, int segment, JobArtifacts jobArtifacts) {
        return Order.to(stage, order.job(), segment, order.spec(), jobArtifacts, Instant.now());
    }
}
