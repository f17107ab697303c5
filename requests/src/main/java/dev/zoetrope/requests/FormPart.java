package dev.zoetrope.requests;

import dev.zoetrope.contracts.request.Upload;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One part of a form. A part without a file's name may be either: openai-java calls every part {@code application/octet-stream}.
 *
 * @param name {@code video[id]}
 * @param text null when it is surely a file
 * @param file null when it is surely a text
 */
public record FormPart(
        String name, @Nullable String text, @Nullable Supplier<Upload> file) {}
