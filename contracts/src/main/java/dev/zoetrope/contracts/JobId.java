package dev.zoetrope.contracts;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.regex.Pattern;

/** Ids of jobs and of messages: a prefix and a ULID, so that they sort by the time of their making and never need a counter. */
public final class JobId {
    private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
    static final String FORM = "[a-z]{2,16}_[0-7][0-9a-hjkmnp-tv-z]{25}";
    private static final Pattern PATTERN = Pattern.compile(FORM);
    private static final int TIME_DIGITS = 10;
    private static final int RANDOM_DIGITS = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private JobId() {}

    /** A new id of a video job, {@code video_01k…}. */
    public static String video() {
        return next("video");
    }

    /** A new id of an image job, {@code image_01k…}. */
    public static String image() {
        return next("image");
    }

    /** A new id with the prefix, two to sixteen lower-case letters. */
    public static String next(String prefix) {
        StringBuilder id = new StringBuilder(prefix.length() + 1 + TIME_DIGITS + RANDOM_DIGITS)
                .append(prefix)
                .append('_');
        long millis = Instant.now().toEpochMilli();
        for (int digit = TIME_DIGITS - 1; digit >= 0; digit--) {
            id.append(DIGITS.charAt((int) (millis >>> (5 * digit)) & 31));
        }
        byte[] random = new byte[RANDOM_DIGITS];
        RANDOM.nextBytes(random);
        for (byte b : random) {
            id.append(DIGITS.charAt(b & 31));
        }
        return id.toString();
    }

    /** The n-th id behind this one, for what is made together; the id itself for 0. */
    public static String following(String id, int n) {
        char[] digits = id.toCharArray();
        int carry = n;
        for (int i = digits.length - 1; carry > 0 && i >= digits.length - RANDOM_DIGITS; i--) {
            int sum = DIGITS.indexOf(digits[i]) + carry;
            digits[i] = DIGITS.charAt(sum % DIGITS.length());
            carry = sum / DIGITS.length();
        }
        return new String(digits);
    }

    /** When the id was made, to the millisecond; of a {@linkplain #isValid valid} id. */
    public static Instant time(String id) {
        int begin = id.indexOf('_') + 1;
        long millis = 0;
        for (int i = begin; i < begin + TIME_DIGITS; i++) {
            millis = millis << 5 | DIGITS.indexOf(id.charAt(i));
        }
        return Instant.ofEpochMilli(millis);
    }

    /** Whether the text has the form of an id; says nothing about whether there is such a job. */
    public static boolean isValid(String id) {
        return PATTERN.matcher(id).matches();
    }
}
