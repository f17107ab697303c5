package dev.zoetrope.gateway.expansion;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** The language model that rewrites prompts where a request asks for it; without an address and a name nobody may. */
@ConfigMapping(prefix = "zoetrope.gateway.expansion")
public interface ExpansionConfig {
    /** Of an endpoint that speaks OpenAI's chat completions, {@code http://127.0.0.1:11434/v1}. */
    Optional<URI> baseUrl();

    /** Sent as a bearer token; none where the endpoint asks for none. */
    Optional<String> apiKey();

    /** The model's name there. */
    Optional<String> model();

    /** For all captions of a request together. */
    @WithDefault("20s")
    Duration deadline();

    /** Captions that are asked for at once, by all requests together. */
    @WithDefault("16")
    int concurrency();
}
