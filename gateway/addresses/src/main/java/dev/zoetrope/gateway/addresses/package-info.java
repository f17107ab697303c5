/** Where the gateway lets its callers send it: the one check of addresses, for webhooks and for what is fetched. */
@NullMarked
package dev.zoetrope.gateway.addresses;

import org.jspecify.annotations.NullMarked;
