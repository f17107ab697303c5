package dev.zoetrope.wan;

import dev.zoetrope.engine.ModelFamily;
import dev.zoetrope.modelcontract.ModelFamilyContract;
import java.nio.file.Path;

class WanFamilyTest extends ModelFamilyContract {
    @Override
    protected ModelFamily family() {
        return new WanFamily();
    }

    @Override
    protected Path model() {
        return Path.of("../toybox");
    }
}
