package dev.zoetrope.gateway.requests;

import dev.zoetrope.contracts.Message;
import dev.zoetrope.gateway.problems.ApiProblem;
import dev.zoetrope.requests.FormPart;
import dev.zoetrope.requests.RequestReader;
import dev.zoetrope.requests.RequestRefused;
import java.util.List;
import java.util.function.Supplier;
import org.jboss.resteasy.reactive.server.multipart.MultipartFormDataInput;
import org.jspecify.annotations.Nullable;

/** Reads a body as the record of its call; what does not fit is an {@link ApiProblem} that names the parameter. */
public final class Requests {
    private Requests() {}

    /** @throws ApiProblem 400 */
    public static <T> T read(byte @Nullable [] body, Class<T> request) {
        return translated(() -> RequestReader.ofJson(body, request));
    }

    /**
     * Of a body that may be left out.
     *
     * @throws ApiProblem 400
     */
    public static <T> T readIfAny(byte @Nullable [] body, Class<T> request) {
        return translated(() -> RequestReader.ofJsonIfAny(body, request));
    }

    /** @throws ApiProblem 400 */
    public static <T> T read(MultipartFormDataInput form, Class<T> request) {
        List<FormPart> parts = Parts.of(form);
        return translated(() -> RequestReader.ofForm(parts, request));
    }

    /** @throws ApiProblem 400 */
    public static <T extends Message> T readEvent(byte @Nullable [] data, Class<T> message) {
        return translated(() -> RequestReader.ofEvent(data, message));
    }

    private static <T> T translated(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (RequestRefused e) {
            throw problem(e);
        }
    }

    private static ApiProblem problem(RequestRefused refused) {
        String param = refused.param();
        String message = String.valueOf(refused.getMessage());
        if (param == null) return ApiProblem.unreadable(message);
        return switch (refused.reason()) {
            case MISSING -> ApiProblem.missing(param);
            case UNKNOWN -> ApiProblem.unknownParameter(param, message);
            case INVALID, UNREADABLE -> ApiProblem.invalid(param, message);
        };
    }
}
