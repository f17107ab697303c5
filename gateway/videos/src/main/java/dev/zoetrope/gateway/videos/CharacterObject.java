package dev.zoetrope.gateway.videos;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/** A character as OpenAI's clients read it. */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record CharacterObject(String id, String name, long createdAt) {
    static CharacterObject of(Characters.Character character) {
        return new CharacterObject(character.id(), character.name(), character.createdAt());
    }
}
