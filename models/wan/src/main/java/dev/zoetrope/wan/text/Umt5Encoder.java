package dev.zoetrope.wan.text;

import ai.djl.pytorch.jni.IValue;
import dev.zoetrope.engine.ModelException;
import dev.zoetrope.engine.TensorScope;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.engine.TorchProgram;
import dev.zoetrope.engine.Weights;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import java.nio.file.Path;
import java.util.Map;

/** A loaded UMT5 encoder. One caller at a time. */
public final class Umt5Encoder implements AutoCloseable {
    private final Umt5Config config;
    private final String table;
    private final Torch torch;
    private final TorchProgram program;

    private Umt5Encoder(Umt5Config config, String table, Torch torch, TorchProgram program) {
        this.config = config;
        this.table = table;
        this.torch = torch;
        this.program = program;
    }

    /**
     * Loads a text encoder's folder.
     *
     * @throws ModelException when config and weights are not those of a UMT5 encoder
     */
    public static Umt5Encoder load(Path folder, Torch torch) {
        Umt5Config config = Umt5Config.read(folder);
        Weights weights = Weights.open(folder, "model");
        String table = Umt5Config.table(weights);
        Map<String, long[]> expected = config.weights(table);
        weights.expect(expected, Umt5Config::isUnused);
        TorchProgram program = TorchProgram.load(torch, "umt5", TorchProgram.source(Umt5Encoder.class, "umt5.py"))
                .bind(torch, scope -> new IValue[] {
                    weights.load(torch, scope, expected::containsKey, key -> dtype(key, weights, torch))
                });
        return new Umt5Encoder(config, table, torch, program);
    }

    /** The table of tokens, by far the largest weight, stays as it is mapped: only a prompt's rows of it are read. */
    private static DType dtype(String key, Weights weights, Torch torch) {
        if (key.equals(Umt5Config.table(weights))) return weights.dtype(key);
        return key.contains("layer_norm") ? DType.F32 : torch.compute();
    }

    /** Width D of an embedding. */
    public int width() {
        return config.width();
    }

    /** Tokens are less than this. */
    public int vocabulary() {
        return config.vocabulary();
    }

    /**
     * Encodes tokens that all see each other.
     *
     * @param tokens at least one, each less than {@link #vocabulary()}
     * @return F32 {@code [L, D]}
     */
    public HostTensor encode(long[] tokens) {
        if (tokens.length == 0) throw new IllegalArgumentException("expected at least one token, but none came");
        for (long token : tokens) {
            if (token < 0 || token >= vocabulary()) {
                throw new IllegalArgumentException(
                        "expected tokens of less than " + vocabulary() + ", but " + token + " came");
            }
        }
        try (TensorScope scope = torch.scope()) {
            return scope.read(program.run(
                    scope,
                    "encode",
                    scope.tensor(HostTensor.ofLongs(tokens, tokens.length)),
                    scope.of(table),
                    scope.list(config.blocks(), config.heads(), config.buckets(), config.maxDistance()),
                    scope.of(config.eps())));
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
