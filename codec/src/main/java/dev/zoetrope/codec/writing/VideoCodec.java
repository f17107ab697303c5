package dev.zoetrope.codec.writing;

/** How a video is compressed. */
public enum VideoCodec {
    /** H.264 by libopenh264: plays everywhere. */
    H264,
    /** AV1 by SVT-AV1: half the bytes for those whose players know it. */
    AV1
}
