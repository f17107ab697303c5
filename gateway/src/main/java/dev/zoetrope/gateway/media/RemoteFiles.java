package dev.zoetrope.gateway.media;

import dev.zoetrope.gateway.GatewayConfig;
import dev.zoetrope.gateway.problems.ApiProblem;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Fetches what an address points to, within a deadline and a size, and never from a private network. */
@Singleton
final class RemoteFiles {
    private static final int REDIRECTS = 3;
    private static final int LONGEST_URL = 2_048;
    private static final Pattern DATA_URL = Pattern.compile("data:[^,;]*;base64,");
    private static final Pattern NUMERIC_HOST = Pattern.compile("[0-9.]+|.*:.*");

    private final AddressGuard guard;
    private final OkHttpClient http;
    private final long maxBytes;

    RemoteFiles(GatewayConfig config) {
        guard = new AddressGuard(config.fetch().allowPrivate());
        maxBytes = config.fetch().maxBytes();
        http = new OkHttpClient.Builder()
                .dns(guard)
                .followRedirects(false)
                .followSslRedirects(false)
                .callTimeout(config.fetch().deadline())
                .build();
    }

    /**
     * The bytes of an http, https or data URL.
     *
     * @param param names the parameter in what is thrown
     * @throws ApiProblem 400 when there is nothing to have, or too much, or it is not to be fetched
     */
    byte[] fetch(String url, String param) {
        return url.startsWith("data:") ? decode(url, param) : download(url, param);
    }

    private byte[] decode(String url, String param) {
        Matcher head = DATA_URL.matcher(url);
        if (!head.lookingAt()) {
            throw ApiProblem.invalid(param, param + ": expected a data URL in base64, data:image/png;base64,…");
        }
        if ((url.length() - head.end()) / 4 * 3 > maxBytes) {
            throw tooLarge(param);
        }
        try {
            return Base64.getDecoder().decode(url.substring(head.end()));
        } catch (IllegalArgumentException e) {
            throw ApiProblem.invalid(param, param + ": expected base64 in the data URL, came something else");
        }
    }

    private byte[] download(String url, String param) {
        HttpUrl at = address(url, param);
        for (int i = 0; i <= REDIRECTS; i++) {
            requirePublic(at, param);
            try (Response response =
                    http.newCall(new Request.Builder().url(at).build()).execute()) {
                if (!response.isRedirect()) {
                    return body(response, param);
                }
                String location = response.header("Location");
                HttpUrl next = location == null ? null : at.resolve(location);
                if (next == null) {
                    throw ApiProblem.invalid(param, param + ": expected a file, came a redirect to nowhere");
                }
                at = next;
            } catch (AddressGuard.PrivateAddressException e) {
                throw ApiProblem.invalid(param, param + ": expected a public address, came one of a private network");
            } catch (IOException e) {
                throw ApiProblem.invalid(param, param + ": the address did not answer in time with a file");
            }
        }
        throw ApiProblem.invalid(param, "%s: expected at most %d redirects, came more".formatted(param, REDIRECTS));
    }

    private static HttpUrl address(String url, String param) {
        HttpUrl parsed = url.length() > LONGEST_URL ? null : HttpUrl.parse(url);
        if (parsed == null) {
            throw ApiProblem.invalid(param, param + ": expected an http, https or data URL");
        }
        if (!parsed.username().isEmpty() || !parsed.password().isEmpty()) {
            throw ApiProblem.invalid(param, param + ": expected an address without a user name");
        }
        return parsed;
    }

    /** Numbers are connected to without asking the guard, so they are checked here. */
    private void requirePublic(HttpUrl url, String param) {
        try {
            if (NUMERIC_HOST.matcher(url.host()).matches() && !guard.admits(InetAddress.getByName(url.host()))) {
                throw ApiProblem.invalid(param, param + ": expected a public address, came one of a private network");
            }
        } catch (IOException e) {
            throw ApiProblem.invalid(param, param + ": expected a public address, came " + url.host());
        }
    }

    private byte[] body(Response response, String param) throws IOException {
        if (!response.isSuccessful()) {
            throw ApiProblem.invalid(
                    param, "%s: expected a file, the address answered %d".formatted(param, response.code()));
        }
        try (InputStream in = response.body().byteStream()) {
            return read(in, param);
        }
    }

    private byte[] read(InputStream in, String param) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[16_384];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
            if (out.size() > maxBytes) {
                throw tooLarge(param);
            }
        }
        return out.toByteArray();
    }

    private ApiProblem tooLarge(String param) {
        return ApiProblem.invalid(param, "%s: expected at most %d bytes, came more".formatted(param, maxBytes));
    }
}
