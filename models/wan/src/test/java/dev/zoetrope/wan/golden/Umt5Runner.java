package dev.zoetrope.wan.golden;

import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.wan.text.Umt5Encoder;
import java.util.Arrays;
import java.util.List;

/** {@code UMT5EncoderModel(input_ids, attention_mask)}; rows where the mask is 0 are neither computed nor compared. */
final class Umt5Runner implements Runner {
    @Override
    public String kind() {
        return "umt5";
    }

    @Override
    public boolean takes(GoldenCase golden) {
        return golden.isModelOf("model_type", "umt5");
    }

    @Override
    public List<Measured> run(GoldenCase golden, Precision precision) {
        golden.useModel("config.json");
        HostTensor ids = golden.in("input_ids");
        long[] mask = golden.in("attention_mask").longs();
        float[] expected = golden.out("last_hidden_state").floats();
        float[] came = expected.clone();
        try (Umt5Encoder encoder = Umt5Encoder.load(golden.model(), precision.torch())) {
            int length = (int) ids.size(1);
            int width = encoder.width();
            for (int prompt = 0; prompt < ids.size(0); prompt++) {
                int tokens = tokens(mask, prompt * length, length);
                if (tokens == 0) continue;
                int from = prompt * length;
                float[] rows = encoder.encode(Arrays.copyOfRange(ids.longs(), from, from + tokens))
                        .floats();
                System.arraycopy(rows, 0, came, from * width, rows.length);
            }
        }
        return List.of(Measured.largest("embeddings", expected, came, precision.tolerance(1e-4, 1e-1)));
    }

    /** How many tokens a prompt has: its mask is ones, then zeros. */
    private static int tokens(long[] mask, int from, int length) {
        int tokens = 0;
        while (tokens < length && mask[from + tokens] == 1) tokens++;
        for (int i = tokens; i < length; i++) {
            if (mask[from + i] != 0) throw new AssertionError("attention_mask: expected padding at the end only");
        }
        return tokens;
    }
}
