/** What can be set for every call of the API; what the calls share lies in the packages beside this one. */
@NullMarked
package dev.zoetrope.gateway.http;

import org.jspecify.annotations.NullMarked;
