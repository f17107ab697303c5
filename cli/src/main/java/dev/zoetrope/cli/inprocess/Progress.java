package dev.zoetrope.cli.inprocess;

/** Follows an order through its stages. */
@FunctionalInterface
public interface Progress {
    /**
     * @param stage what is being done: {@code encoding text}, {@code denoising}, ...
     * @param done of {@code total}
     */
    void at(String stage, int done, int total);
}
