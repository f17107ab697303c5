package dev.zoetrope.gateway.media;

import dev.zoetrope.codec.MediaLimits;
import dev.zoetrope.gateway.addresses.Addresses;
import dev.zoetrope.gateway.addresses.PrivateAddressException;
import dev.zoetrope.gateway.problems.ApiProblem;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
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
    private static final long MAX_BYTES = MediaLimits.PICTURE.maxBytes();
    private static final Pattern DATA_URL = Pattern.compile("data:[^,;]*;base64,");

    private final Addresses addresses;
    private final OkHttpClient http;

    RemoteFiles(FetchConfig config) {
        addresses = new Addresses(Addresses.Purpose.FETCH, config.allowPrivate());
        http = new OkHttpClient.Builder()
                .dns(addresses.dns())
                .followRedirects(false)
                .followSslRedirects(false)
                .callTimeout(config.deadline())
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
            throw ApiProblem.invalid(
                    param, param + ": expected a data URL in base64, data:image/png;base64,…, came another");
        }
        if ((url.length() - head.end()) / 4 * 3 > MAX_BYTES) {
            throw tooLarge(param);
        }
        try {
            return Base64.getDecoder().decode(url.substring(head.end()));
        } catch (IllegalArgumentException e) {
            throw ApiProblem.invalid(param, param + ": expected base64 in the data URL, came something else");
        }
    }

    private byte[] download(String url, String param) {
        HttpUrl at = addresses.require(url, param);
        for (int i = 0; i <= REDIRECTS; i++) {
            addresses.requirePublic(at, param);
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
            } catch (PrivateAddressException e) {
                throw addresses.privateAddress(at.host(), param);
            } catch (IOException e) {
                throw ApiProblem.invalid(param, param + ": expected a file in time, came no answer");
            }
        }
        throw ApiProblem.invalid(param, "%s: expected at most %d redirects, came more".formatted(param, REDIRECTS));
    }

    private byte[] body(Response response, String param) throws IOException {
        if (!response.isSuccessful()) {
            throw ApiProblem.invalid(
                    param, "%s: expected a file, came the status %d".formatted(param, response.code()));
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
            if (out.size() > MAX_BYTES) {
                throw tooLarge(param);
            }
        }
        return out.toByteArray();
    }

    private ApiProblem tooLarge(String param) {
        return ApiProblem.invalid(param, "%s: expected at most %d bytes, came more".formatted(param, MAX_BYTES));
    }
}
