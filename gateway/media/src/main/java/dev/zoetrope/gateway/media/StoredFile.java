package dev.zoetrope.gateway.media;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.zoetrope.contracts.ArtifactRef;

/**
 * A file kept for later requests.
 *
 * @param id {@code file_…}
 * @param name as the client said it
 * @param purpose as the client said it
 * @param createdAt unix seconds
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record StoredFile(String id, String name, String purpose, long createdAt, ArtifactRef content) {}
