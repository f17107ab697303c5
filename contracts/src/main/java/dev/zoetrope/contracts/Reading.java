package dev.zoetrope.contracts;

/**
 * What is read of each file that was given for a role.
 *
 * @param role for what the files were given
 * @param frames how many frames at the job's rate: those that a segment starts or ends with, or is made from
 * @param fromEnd whether they are the file's last; its first otherwise
 */
public record Reading(Role role, int frames, boolean fromEnd) implements Contract {
    public Reading {
        Require.that(frames >= 1, "frames", "at least 1", frames);
    }
}
