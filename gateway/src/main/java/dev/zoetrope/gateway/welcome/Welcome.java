package dev.zoetrope.gateway.welcome;

import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What this is and where to go on, as JSON, or as a page where a browser asks. */
@Singleton
final class Welcome {
    private static final String SUMMARY =
            "Video from text, pictures and video. Speaks the OpenAI Videos protocol: set an OpenAI SDK's base URL to /v1.";
    private static final String PAGE = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Zoetrope</title></head>
            <body style="font: 1rem/1.5 sans-serif; margin: 3rem">
            <h1>Zoetrope %s</h1><p>%s</p>
            <ul>
            %s
            </ul></body></html>
            """;

    private final Map<String, String> links = new LinkedHashMap<>();
    private final String version;

    Welcome(@ConfigProperty(name = "quarkus.application.version", defaultValue = "unknown") String version) {
        this.version = version;
        links.put("models", "/v1/models");
        links.put("videos", "/v1/videos");
        links.put("api_document", "/q/openapi");
        links.put("api_browser", "/q/swagger-ui/");
        links.put("health", "/q/health");
    }

    /** The JSON; the links by their names. */
    record Links(String name, String version, String description, Map<String, String> links) {}

    Response answer(HttpHeaders headers) {
        String accept = headers.getHeaderString(HttpHeaders.ACCEPT);
        boolean browser = accept != null && accept.contains(MediaType.TEXT_HTML);
        Response.ResponseBuilder response = browser
                ? Response.ok(page(), "text/html; charset=utf-8")
                : Response.ok(new Links("Zoetrope", version, SUMMARY, links), MediaType.APPLICATION_JSON_TYPE);
        return response.header("Vary", "Accept").build();
    }

    private String page() {
        String items = links.entrySet().stream()
                .map(link -> "<li><a href=\"%s\">%s</a></li>"
                        .formatted(link.getValue(), link.getKey().replace('_', ' ')))
                .collect(Collectors.joining("\n"));
        return PAGE.formatted(version, SUMMARY, items);
    }
}
