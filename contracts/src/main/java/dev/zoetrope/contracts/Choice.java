package dev.zoetrope.contracts;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A sealed interface of records, one of which is written: its {@code kind} in JSON is the record's name, {@code close_loop}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
interface Choice extends Contract {}
