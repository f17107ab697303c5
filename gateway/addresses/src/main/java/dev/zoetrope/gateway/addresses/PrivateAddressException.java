package dev.zoetrope.gateway.addresses;

import java.net.UnknownHostException;

/** A name leads to an address that is not public. */
public final class PrivateAddressException extends UnknownHostException {
    private static final long serialVersionUID = 1L;

    PrivateAddressException(String host) {
        super("expected a public address, came " + host);
    }
}
