package dev.zoetrope.contracts;

/** Marks every record that is written as JSON, in whole or as a part of a message. */
interface Contract {}
