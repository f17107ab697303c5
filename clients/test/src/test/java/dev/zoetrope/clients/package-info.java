/** The examples of the folder clients, run as their readers run them. */
@NullMarked
package dev.zoetrope.clients;

import org.jspecify.annotations.NullMarked;
