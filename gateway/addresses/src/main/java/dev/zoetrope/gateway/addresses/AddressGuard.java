package dev.zoetrope.gateway.addresses;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import okhttp3.Dns;

/**
 * Keeps the gateway from being sent to places that its callers cannot reach themselves. A name is looked up once, and the
 * connection goes to one of the addresses that were checked: a second answer of a name server changes nothing.
 */
final class AddressGuard implements Dns {
    private final boolean allowPrivate;

    /** @param allowPrivate whether private addresses are fine, as in tests and closed networks */
    AddressGuard(boolean allowPrivate) {
        this.allowPrivate = allowPrivate;
    }

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
        List<InetAddress> addresses = Arrays.asList(InetAddress.getAllByName(host));
        for (InetAddress address : addresses) {
            if (!admits(address)) {
                throw new PrivateAddressException(host);
            }
        }
        return addresses;
    }

    /** Whether the address is on the public internet. */
    boolean admits(InetAddress address) {
        return allowPrivate || isPublic(address);
    }

    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        return address instanceof Inet6Address six ? isPublic(six) : isPublic((Inet4Address) address);
    }

    private static boolean isPublic(Inet4Address address) {
        byte[] bytes = address.getAddress();
        int a = bytes[0] & 0xff;
        int b = bytes[1] & 0xff;
        boolean thisNetwork = a == 0;
        boolean carrier = a == 100 && b >= 64 && b < 128;
        boolean protocols = a == 192 && b == 0;
        boolean benchmarks = a == 198 && (b == 18 || b == 19);
        boolean reserved = a >= 240;
        return !(thisNetwork || carrier || protocols || benchmarks || reserved);
    }

    /** What is unique-local, or carries an IPv4 address by which another network may be reached, is not public. */
    private static boolean isPublic(Inet6Address address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = (bytes[0] & 0xfe) == 0xfc;
        boolean sixToFour = bytes[0] == 0x20 && bytes[1] == 0x02;
        boolean teredo = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0;
        boolean nat64 = bytes[0] == 0 && bytes[1] == 0x64 && bytes[2] == (byte) 0xff && bytes[3] == (byte) 0x9b;
        boolean compatible = zeros(bytes, 12);
        return !(uniqueLocal || sixToFour || teredo || nat64 || compatible);
    }

    private static boolean zeros(byte[] bytes, int count) {
        for (int i = 0; i < count; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
