package dev.zoetrope.codec.writing;

import java.util.List;
import java.util.Locale;

/**
 * A media playlist of HTTP Live Streaming (RFC 8216) over fragmented MP4, which grows until the video is complete.
 *
 * @param initialization where the initialization segment is
 * @param segments in order
 * @param targetSeconds no segment is longer; must be the same each time a growing playlist is served
 * @param ended whether no more will come
 */
public record HlsPlaylist(String initialization, List<Segment> segments, int targetSeconds, boolean ended) {
    /**
     * A line of the playlist.
     *
     * @param uri where the bytes of one or more whole fragments are
     * @param seconds that they last together
     */
    public record Segment(String uri, double seconds) {}

    public static final String MEDIA_TYPE = "application/vnd.apple.mpegurl";

    public HlsPlaylist {
        segments = List.copyOf(segments);
        for (Segment segment : segments) {
            if (Math.round(segment.seconds) > targetSeconds) {
                throw new IllegalArgumentException("expected segments of at most " + targetSeconds + " s, but "
                        + segment.uri + " has " + segment.seconds);
            }
        }
    }

    /** The playlist as it is served, with media type {@link #MEDIA_TYPE}. */
    public String render() {
        StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n");
        // Also of one that has ended: a server may add to a playlist, but not change what it has said (RFC 8216,
        // 6.2.1).
        text.append("#EXT-X-PLAYLIST-TYPE:EVENT\n");
        text.append("#EXT-X-TARGETDURATION:").append(targetSeconds).append('\n');
        // Or else players begin near the end of one that grows, as if it were a broadcast.
        text.append("#EXT-X-START:TIME-OFFSET=0,PRECISE=YES\n");
        text.append("#EXT-X-MAP:URI=\"").append(initialization).append("\"\n");
        for (Segment segment : segments) {
            text.append(String.format(Locale.ROOT, "#EXTINF:%.6f,%n", segment.seconds)
                    .replace("\r", ""));
            text.append(segment.uri).append('\n');
        }
        if (ended) text.append("#EXT-X-ENDLIST\n");
        return text.toString();
    }
}
