package dev.zoetrope.stage;

import dev.zoetrope.contracts.ModelOffered;
import java.util.List;

/** What a service tells whoever plans jobs at its start: the models that it serves. */
public record Offers(List<ModelOffered> models) {
    public Offers {
        models = List.copyOf(models);
    }
}
