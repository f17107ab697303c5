package dev.zoetrope.contracts.request;

import java.nio.file.Path;

/**
 * A file that came with a request. It is deleted when the request ends.
 *
 * @param name as the client says it; may be empty
 * @param contentType as the client says it; believe the bytes instead
 * @param bytes its length
 */
public record Upload(String name, String contentType, Path file, long bytes) {}
