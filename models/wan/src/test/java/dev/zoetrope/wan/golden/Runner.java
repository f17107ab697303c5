package dev.zoetrope.wan.golden;

import java.util.List;

/** Runs the cases of one kind. */
interface Runner {
    /** The kind's name, for the table. */
    String kind();

    /** Whether the case is of this kind, by what its folder holds. */
    boolean takes(GoldenCase golden);

    /** Computes what the reference computed, and compares. */
    List<Measured> run(GoldenCase golden, Precision precision);
}
