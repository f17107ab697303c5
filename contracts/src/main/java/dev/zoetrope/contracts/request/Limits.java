package dev.zoetrope.contracts.request;

/** Bounds that several requests share; those that an operator sets are checked when a job is planned. */
public final class Limits {
    /** Characters of a prompt. */
    public static final int PROMPT = 32_000;

    /** Characters of a name or an id. */
    public static final int NAME = 128;

    /** Characters of an address. */
    public static final int URL = 2_048;

    /** Characters of an address that may be a data URL: a picture of 64 MiB in base64, and what stands before it. */
    public static final int DATA_URL = (64 << 20) / 3 * 4 + 1024;

    /** Characters of one video. */
    public static final int CHARACTERS = 8;

    /** Entries of a list of event types. */
    public static final int EVENTS = 100;

    private Limits() {}
}
