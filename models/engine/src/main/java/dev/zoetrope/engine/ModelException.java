package dev.zoetrope.engine;

/**
 * A checkpoint that cannot be loaded: a file or config that is missing, damaged, or says what was not expected. The message names file
 * and key, what was expected and what came. Trying again does not help.
 */
public final class ModelException extends RuntimeException {
    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
