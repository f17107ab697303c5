package dev.zoetrope.gateway.addresses;

import dev.zoetrope.gateway.problems.ApiProblem;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import okhttp3.Dns;
import okhttp3.HttpUrl;

/**
 * The addresses that one purpose admits. A host that is a number is checked here, since it is connected to without being looked up; a
 * name when it is looked up, by {@link #dns}.
 */
public final class Addresses {
    private static final String NUMBER = "(0[xX][0-9a-fA-F]*|[0-9]*)";
    private static final Pattern NUMERIC_HOST = Pattern.compile("%s(\\.%s)*|.*:.*".formatted(NUMBER, NUMBER));
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]{0,31}):.*", Pattern.DOTALL);
    private static final int LONGEST = 2_048;

    private final Purpose purpose;
    private final boolean allowPrivate;
    private final AddressGuard guard;

    /** What an address is for, and what of it may be relaxed by which setting. */
    public enum Purpose {
        /** Told of ends: by https. */
        WEBHOOK(
                "an https URL",
                false,
                "ZOETROPE_GATEWAY_WEBHOOKS_ALLOW_PRIVATE=true allows http and private addresses"),
        /** Fetched from. */
        FETCH("an http, https or data URL", true, "ZOETROPE_GATEWAY_FETCH_ALLOW_PRIVATE=true allows private addresses");

        private final String expected;
        private final boolean plain;
        private final String setting;

        Purpose(String expected, boolean plain, String setting) {
            this.expected = expected;
            this.plain = plain;
            this.setting = setting;
        }
    }

    /** @param allowPrivate whether private addresses are fine, and http for webhooks, as in development and closed networks */
    public Addresses(Purpose purpose, boolean allowPrivate) {
        this.purpose = purpose;
        this.allowPrivate = allowPrivate;
        this.guard = new AddressGuard(allowPrivate);
    }

    /** For the client that connects: a name leads only where the address may. */
    public Dns dns() {
        return guard;
    }

    /**
     * The address of a text.
     *
     * @param param names the parameter in what is thrown
     * @throws ApiProblem 400 that says what was expected and which setting, if any, allows it
     */
    public HttpUrl require(String text, String param) {
        if (text.length() > LONGEST) {
            throw ApiProblem.invalid(
                    param,
                    "%s: expected a URL of at most %d characters, came %d".formatted(param, LONGEST, text.length()));
        }
        HttpUrl url = HttpUrl.parse(text);
        if (url == null) {
            throw ApiProblem.invalid(param, "%s: expected %s, came %s".formatted(param, purpose.expected, came(text)));
        }
        if (!url.isHttps() && !purpose.plain && !allowPrivate) {
            throw refused(param, purpose.expected, "http");
        }
        if (!url.username().isEmpty() || !url.password().isEmpty()) {
            throw ApiProblem.invalid(
                    param, param + ": expected a URL without a user name and a password, came one with them");
        }
        requirePublic(url, param);
        return url;
    }

    /**
     * Checks where an address leads, as far as that can be said without looking it up.
     *
     * @throws ApiProblem 400 that names the parameter
     */
    public void requirePublic(HttpUrl url, String param) {
        if (!admits(url)) {
            throw privateAddress(url.host(), param);
        }
    }

    /** What to say of a name that the lookup has refused. */
    public ApiProblem privateAddress(String host, String param) {
        return refused(param, "a public address", host + ", which is of a private network");
    }

    /** Whether the address may be connected to, as far as that can be said without looking it up. */
    public boolean admits(HttpUrl url) {
        String host = url.host();
        if (allowPrivate) {
            return true;
        }
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            return false;
        }
        try {
            return !NUMERIC_HOST.matcher(host).matches() || guard.admits(InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private ApiProblem refused(String param, String expected, String came) {
        return ApiProblem.invalid(
                param, "%s: expected %s, came %s (%s)".formatted(param, expected, came, purpose.setting));
    }

    private static String came(String text) {
        var scheme = SCHEME.matcher(text);
        if (!scheme.matches()) {
            return "a text without a scheme";
        }
        String name = scheme.group(1).toLowerCase(Locale.ROOT);
        return name.equals("http") || name.equals("https") ? name + " with a host or a port that cannot be" : name;
    }
}
