package dev.zoetrope.wan.image;

import ai.djl.pytorch.jni.IValue;
import dev.zoetrope.engine.InvalidModel;
import dev.zoetrope.engine.ModelException;
import dev.zoetrope.engine.TensorScope;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.engine.TorchProgram;
import dev.zoetrope.engine.UnfitTensor;
import dev.zoetrope.engine.Weights;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import java.nio.file.Path;
import java.util.Map;

/** A loaded CLIP vision transformer with its picture processor. One caller at a time. */
public final class ClipEncoder implements AutoCloseable {
    private final ClipConfig config;
    private final PictureProcessor processor;
    private final String prefix;
    private final Torch torch;
    private final TorchProgram program;

    private ClipEncoder(
            ClipConfig config, PictureProcessor processor, String prefix, Torch torch, TorchProgram program) {
        this.config = config;
        this.processor = processor;
        this.prefix = prefix;
        this.torch = torch;
        this.program = program;
    }

    /**
     * Loads {@code image_encoder/} and {@code image_processor/}.
     *
     * @throws ModelException when configs and weights are not those of a CLIP vision transformer
     */
    public static ClipEncoder load(Path encoder, Path processor, Torch torch) {
        ClipConfig config = ClipConfig.read(encoder);
        PictureProcessor pictures = PictureProcessor.read(processor);
        if (pictures.crop() != config.edge()) {
            throw new InvalidModel(processor + ": crop_size: expected " + config.edge() + ", the image_size of "
                    + encoder + ", but " + pictures.crop() + " came");
        }
        Weights weights = Weights.open(encoder, "model");
        String prefix = weights.has("vision_model.pre_layrnorm.weight") ? "vision_model." : "";
        Map<String, long[]> expected = config.weights(prefix);
        weights.expect(expected, key -> key.endsWith("embeddings.position_ids"));
        String last = prefix + "encoder.layers." + (config.blocks() - 1) + ".";
        TorchProgram program = TorchProgram.load(torch, "clip", TorchProgram.source(ClipEncoder.class, "clip.py"))
                .bind(torch, scope -> new IValue[] {
                    weights.load(
                            torch,
                            scope,
                            key -> expected.containsKey(key) && !key.startsWith(last),
                            key -> dtype(key, torch))
                });
        return new ClipEncoder(config, pictures, prefix, torch, program);
    }

    private static DType dtype(String key, Torch torch) {
        boolean exact = key.contains("norm") || key.contains("class_embedding") || key.contains("position_embedding");
        return exact ? DType.F32 : torch.compute();
    }

    /**
     * Encodes a picture.
     *
     * @param picture U8 {@code [H, W, 3]}, RGB, of any size
     * @return F32 {@code [L, D]}: the tokens before the last block
     */
    public HostTensor encode(HostTensor picture) {
        if (picture.dtype() != DType.U8 || picture.rank() != 3 || picture.size(2) != 3 || picture.elements() == 0) {
            throw new UnfitTensor("picture: expected U8 [H, W, 3], but " + picture + " came");
        }
        try (TensorScope scope = torch.scope()) {
            return scope.read(program.run(
                    scope,
                    "encode",
                    scope.tensor(processor.process(picture)),
                    scope.of(prefix),
                    scope.list(config.patch(), config.heads(), config.blocks() - 1),
                    scope.of(config.quickGelu()),
                    scope.of(config.eps())));
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
