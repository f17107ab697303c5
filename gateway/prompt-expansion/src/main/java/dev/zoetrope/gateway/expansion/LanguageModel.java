package dev.zoetrope.gateway.expansion;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.output.FinishReason;
import dev.zoetrope.gateway.problems.ApiProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A language model that is asked for captions. What comes back is used whole or not at all. Waits: call it on a thread that may. */
final class LanguageModel implements AutoCloseable {
    private static final String REFUSED = "expansion_refused";
    private static final String FAILED = "expansion_failed";
    private static final String UNAVAILABLE = "expansion_unavailable";

    private static final Logger LOG = Logger.getLogger(LanguageModel.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_CAPTION = 32_000;
    private static final long LARGEST_ANSWER = 1 << 20;
    private static final Set<Integer> PASSING = Set.of(408, 429);
    // Some servers leave the model's reasoning in the text.
    private static final Pattern REASONING = Pattern.compile("^\\s*<think>.*?</think>", Pattern.DOTALL);
    // What the instructions tell it to say of a prompt that it will not rewrite.
    private static final String REFUSAL = "REFUSED";

    private final BoundedHttp http;
    private final OpenAiChatModel model;

    LanguageModel(String baseUrl, @Nullable String apiKey, String name, Duration deadline) {
        http = new BoundedHttp(deadline, LARGEST_ANSWER);
        // Nothing beside the model and the messages: what else there is, one server or another refuses.
        model = OpenAiChatModel.builder()
                .httpClientBuilder(http)
                .baseUrl(baseUrl)
                .apiKey(apiKey)
                .modelName(name)
                .maxRetries(0)
                .build();
    }

    /** @throws ApiProblem 400 when the model refuses, 502 when what it says is no caption, 503 when it is away */
    String caption(String system, String user) {
        return read(ask(system, user));
    }

    private ChatResponse ask(String system, String user) {
        try {
            return model.chat(SystemMessage.from(system), UserMessage.from(user));
        } catch (ContentFilteredException e) {
            throw refused();
        } catch (RuntimeException e) {
            LOG.warnf("A language model gave no caption: reason=%s", e);
            throw isAway(e) ? away() : failed("came what is no chat completion");
        }
    }

    private static boolean isAway(@Nullable Throwable failure) {
        if (failure instanceof HttpException answer) {
            return answer.statusCode() >= 500 || PASSING.contains(answer.statusCode());
        }
        if (failure instanceof JsonProcessingException) {
            return false;
        }
        return failure != null
                && (failure instanceof IOException
                        || failure instanceof UncheckedIOException
                        || isAway(failure.getCause()));
    }

    private static String read(ChatResponse response) {
        FinishReason reason = response.finishReason();
        String text = response.aiMessage().text();
        String caption =
                text == null ? "" : REASONING.matcher(text).replaceFirst("").strip();
        if (reason == FinishReason.CONTENT_FILTER || caption.equals(REFUSAL)) {
            throw refused();
        }
        if (reason == FinishReason.LENGTH) {
            throw failed("came one that was cut off");
        }
        if (caption.isEmpty()) {
            throw failed("came an empty one");
        }
        if (caption.codePointCount(0, caption.length()) > LONGEST_CAPTION) {
            throw failed("came one of more than %d characters".formatted(LONGEST_CAPTION));
        }
        if (caption.chars().anyMatch(LanguageModel::isForbidden) || isJson(caption)) {
            throw failed("came something else");
        }
        return caption;
    }

    private static boolean isForbidden(int character) {
        return Character.isISOControl(character) && character != '\n' && character != '\r' && character != '\t';
    }

    private static boolean isJson(String text) {
        try {
            return (text.startsWith("{") || text.startsWith("["))
                    && JSON.readTree(text).isContainerNode();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static ApiProblem refused() {
        return ApiProblem.of(
                400,
                "prompt",
                REFUSED,
                "prompt: the language model will not rewrite it. Word it otherwise, or leave out expand_prompt.");
    }

    private static ApiProblem failed(String came) {
        return ApiProblem.of(
                502,
                "expand_prompt",
                FAILED,
                "expand_prompt: expected a caption of the language model, %s. Nothing was queued. Try again, or leave it out."
                        .formatted(came));
    }

    static ApiProblem away() {
        return ApiProblem.of(
                503,
                "expand_prompt",
                UNAVAILABLE,
                "expand_prompt: the language model did not answer in time. Nothing was queued. Try again, or leave it out.");
    }

    @Override
    public void close() {
        http.close();
    }
}
