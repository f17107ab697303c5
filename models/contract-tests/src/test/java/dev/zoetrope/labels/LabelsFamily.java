package dev.zoetrope.labels;

import ai.djl.pytorch.jni.IValue;
import dev.zoetrope.contracts.ModelCard;
import dev.zoetrope.contracts.SamplingSettings;
import dev.zoetrope.engine.Conditioning.ClassLabel;
import dev.zoetrope.engine.Denoiser;
import dev.zoetrope.engine.DenoisingRequest;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.InvalidRequest;
import dev.zoetrope.engine.ModelConfig;
import dev.zoetrope.engine.ModelFamily;
import dev.zoetrope.engine.TensorScope;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.engine.TorchProgram;
import dev.zoetrope.engine.UnfitTensor;
import dev.zoetrope.engine.VideoAutoencoder;
import dev.zoetrope.engine.Weights;
import dev.zoetrope.sampling.KnownLatents;
import dev.zoetrope.sampling.Sampler;
import dev.zoetrope.sampling.Scheduler;
import dev.zoetrope.sampling.SchedulerConfig;
import dev.zoetrope.sampling.SeededNoise;
import dev.zoetrope.tensors.DType;
import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A tiny network that reads a label, and no text. */
public final class LabelsFamily implements ModelFamily {
    private static final int FACTOR = 8;
    private static final int MOST = 64;
    private static final String PROGRAM = """
        class Model(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool
          w : Dict[str, Tensor]
          def bind(self: __torch__.Model, w: Dict[str, Tensor]) -> int:
            self.w = w
            return 0
          def velocity(self: __torch__.Model, x: Tensor, t: float, label: int) -> Tensor:
            c = torch.select(self.w["table"], 0, label).view([-1, 1, 1, 1])
            return torch.tanh(x * 0.5 + c * t).contiguous()
          def encode(self: __torch__.Model, pixels: Tensor, factor: int) -> Tensor:
            T, H, W, C = pixels.shape
            x = pixels.float().view([T, H // factor, factor, W // factor, factor, C])
            return (x.mean([2, 4]) / 127.5 - 1).permute([3, 0, 1, 2]).contiguous()
          def decode(self: __torch__.Model, latents: Tensor, factor: int) -> Tensor:
            x = ((latents + 1) * 127.5).clamp_(0., 255.).round_()
            x = x.repeat_interleave(factor, 2).repeat_interleave(factor, 3)
            return torch.to(x.permute([1, 2, 3, 0]).contiguous(), 0)
        """;

    @Override
    public String name() {
        return "labels";
    }

    @Override
    public boolean reads(Path folder) {
        Path index = folder.resolve("model_index.json");
        return Files.isRegularFile(index)
                && ModelConfig.read(index).text("_class_name", "").equals("LabelsPipeline");
    }

    @Override
    public ModelCard card(Path folder) {
        return new ModelCard(
                String.valueOf(folder.toAbsolutePath().normalize().getFileName()),
                name(),
                FACTOR,
                MOST,
                16,
                16,
                new SamplingSettings(4, 1),
                null,
                null,
                new ModelCard.Image(),
                null,
                null,
                null,
                null,
                new ModelCard.Classes(List.of("ball", "cube", "star")));
    }

    private static TorchProgram load(Path folder, Torch torch) {
        Weights weights = Weights.open(folder, "model");
        weights.expect(Map.of("table", new long[] {3, 3}), key -> false);
        return TorchProgram.load(torch, "labels", PROGRAM)
                .bind(torch, scope -> new IValue[] {weights.load(torch, scope, key -> true, key -> DType.F32)});
    }

    @Override
    public Denoiser denoiser(Path folder, EngineSettings settings) {
        SchedulerConfig schedule = SchedulerConfig.read(folder.resolve("scheduler/scheduler_config.json"));
        Torch torch = Torch.open(settings);
        return new LabelDenoiser(schedule, torch, load(folder, torch));
    }

    @Override
    public VideoAutoencoder autoencoder(Path folder, EngineSettings settings) {
        Torch torch = Torch.open(settings);
        return new Blocks(torch, load(folder, torch));
    }

    private record LabelDenoiser(SchedulerConfig schedule, Torch torch, TorchProgram program) implements Denoiser {
        @Override
        public HostTensor denoise(DenoisingRequest request, @Nullable Safetensors checkpoint, StepListener listener) {
            request.checkRanges();
            request.allowOnly(Set.of(ClassLabel.class));
            InvalidRequest.unless(request.frames() == 1, "frames", "1", request.frames());
            long[] shape = {3, 1, latents("height", request.height()), latents("width", request.width())};
            int label = request.given(ClassLabel.class).map(ClassLabel::label).orElse(-1);
            InvalidRequest.unless(label >= 0 && label < 3, "label", "0 to 2", label);
            HostTensor noise = request.noise();
            if (noise == null) {
                float[] values = SeededNoise.normal(request.seed(), (int) HostTensor.elements(shape));
                noise = HostTensor.ofFloats(values, shape);
            }
            UnfitTensor.unless(Arrays.equals(noise.shape(), shape), "noise", Arrays.toString(shape), noise);
            Scheduler scheduler = schedule.scheduler(request.sampling().steps(), 0);
            return new Sampler((x, t, timesteps) -> velocity(x, t, label), new int[] {1, 1, 1}, false)
                    .sample(scheduler, noise, KnownLatents.none(), checkpoint, listener);
        }

        private HostTensor velocity(HostTensor x, float t, int label) {
            try (TensorScope scope = torch.scope()) {
                return scope.read(
                        program.run(scope, "velocity", scope.tensor(x), scope.of(t / 1000.0), scope.of(label)));
            }
        }

        private static int latents(String field, int pixels) {
            boolean fits = pixels >= FACTOR && pixels <= MOST && pixels % FACTOR == 0;
            InvalidRequest.unless(fits, field, "a multiple of 8 to 64", pixels);
            return pixels / FACTOR;
        }

        @Override
        public void close() {
            program.close();
        }
    }

    private record Blocks(Torch torch, TorchProgram program) implements VideoAutoencoder {
        @Override
        public HostTensor encode(Iterator<HostTensor> chunks, Tiling tiling) {
            HostTensor pixels = chunks.next();
            boolean fits = pixels.rank() == 4 && pixels.size(1) % FACTOR == 0 && pixels.size(2) % FACTOR == 0;
            UnfitTensor.unless(fits, "frames", "U8 [1, 8h, 8w, 3]", pixels);
            try (TensorScope scope = torch.scope()) {
                return scope.read(program.run(scope, "encode", scope.tensor(pixels), scope.of(FACTOR)));
            }
        }

        @Override
        public void decode(HostTensor latents, Tiling tiling, Consumer<HostTensor> frames) {
            UnfitTensor.unless(latents.rank() == 4 && latents.size(0) == 3, "latents", "F32 [3, 1, H, W]", latents);
            try (TensorScope scope = torch.scope()) {
                frames.accept(scope.read(program.run(scope, "decode", scope.tensor(latents), scope.of(FACTOR))));
            }
        }

        @Override
        public int temporalFactor() {
            return 1;
        }

        @Override
        public void close() {
            program.close();
        }
    }
}
