/**
 * What clients may ask for: one record a call, the same for REST, events and the command. The annotations are the only place that
 * says which values are admitted; the {@code requests} module binds and checks them, and the API document shows them.
 */
@NullMarked
package dev.zoetrope.contracts.request;

import org.jspecify.annotations.NullMarked;
