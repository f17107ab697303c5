/** The stage that turns prompts into embeddings. */
@NullMarked
package dev.zoetrope.textencoder;

import org.jspecify.annotations.NullMarked;
