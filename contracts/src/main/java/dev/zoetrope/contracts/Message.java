package dev.zoetrope.contracts;

/** Everything that is written to a topic. Its JSON has, beside the record's fields, {@code type} and {@code version}. */
public sealed interface Message extends Contract
        permits Order, Fact, Control, ModelOffered, GenerationRequested, DeadLetter {
    /** The message's name: that of its record. */
    default String type() {
        return getClass().getSimpleName();
    }
}
