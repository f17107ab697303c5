/** A request's fields, read strictly, alike from JSON and from multipart forms. What is wrong is named by its path. */
@NullMarked
package dev.zoetrope.gateway.fields;

import org.jspecify.annotations.NullMarked;
