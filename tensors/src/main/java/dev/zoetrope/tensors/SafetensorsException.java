package dev.zoetrope.tensors;

/** A file or message that claims to be safetensors and is not. The message names the source, the key where there is one, what was expected and what came. */
public final class SafetensorsException extends RuntimeException {
    public SafetensorsException(String source, String problem) {
        super(source + ": not a valid safetensors file: " + problem);
    }
}
