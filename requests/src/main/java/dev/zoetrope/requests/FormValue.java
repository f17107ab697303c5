package dev.zoetrope.requests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.POJONode;
import dev.zoetrope.contracts.request.Upload;

/** A leaf of a form's tree: a text or a file. */
record FormValue(FormPart part) {
    static FormValue of(JsonNode leaf) {
        return new FormValue((FormPart) ((POJONode) leaf).getPojo());
    }

    /** Whether it cannot be read as a text. */
    boolean isFile() {
        return part.text() == null;
    }

    /** @throws RequestRefused when it is a file */
    String text(String path, String expected) {
        String text = part.text();
        if (text == null) throw RequestRefused.invalid(path, expected, "a file");
        return text;
    }

    /** @throws RequestRefused when it is a text */
    Upload file(String path) {
        if (part.file() == null) throw RequestRefused.invalid(path, "a file with a filename", "a text");
        return part.file().get();
    }

    /** @throws RequestRefused when it is a file, or a text that is not JSON */
    JsonNode json(String path, String expected) {
        return RequestReader.json(text(path, expected), path);
    }
}
