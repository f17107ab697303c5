package dev.zoetrope.wan.vae;

import ai.djl.pytorch.jni.IValue;
import dev.zoetrope.engine.InvalidRequest;
import dev.zoetrope.engine.TensorScope;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.engine.TorchProgram;
import dev.zoetrope.tensors.HostTensor;
import java.util.ArrayList;
import java.util.List;

/** Pixels to latents, slice by slice: frames of one slice, the latents so far, and what each layer remembers are in memory. */
final class Encoder {
    private final Torch torch;
    private final TorchProgram program;
    private final VaeConfig config;
    private final SliceLength slices;

    Encoder(Torch torch, TorchProgram program, VaeConfig config, SliceLength slices) {
        this.torch = torch;
        this.program = program;
        this.config = config;
        this.slices = slices;
    }

    /** @return F32 {@code [C, F, H, W]}, normalised */
    HostTensor encode(FrameQueue frames, int tile) {
        int temporal = config.temporalFactor();
        int height = frames.height() / config.spatialFactor();
        int width = frames.width() / config.spatialFactor();
        try (TensorScope scope = torch.scope()) {
            List<Tile> tiles = new ArrayList<>();
            for (Strip row : Strip.cut(height, tile, 1)) {
                for (Strip column : Strip.cut(width, tile, 1)) tiles.add(new Tile(scope, row, column));
            }
            int step = temporal * Math.max(1, slices.of(bytes(tiles.get(0))) / temporal);
            List<IValue> latents = new ArrayList<>();
            int next = 1 + step;
            for (int before = 0; ; before = frames.taken(), next = step) {
                List<HostTensor> pieces = frames.take(next);
                int came = frames.taken() - before;
                if (came == 0) break;
                if ((frames.taken() - 1) % temporal != 0) {
                    throw new InvalidRequest("frames: expected " + temporal + "k + 1, but " + frames.taken() + " came");
                }
                int made = (before == 0 ? 1 : 0) + came / temporal;
                latents.add(slice(scope, pieces, tiles, made, height, width));
            }
            return scope.read(program.run(scope, "stacked", scope.list(latents)));
        }
    }

    private IValue slice(
            TensorScope latents, List<HostTensor> pieces, List<Tile> tiles, int made, int height, int width) {
        try (TensorScope scope = torch.scope()) {
            List<IValue> tensors = pieces.stream().map(scope::tensor).toList();
            IValue pixels = program.run(scope, "joined", scope.list(tensors));
            if (tiles.size() == 1) return tiles.get(0).encode(latents, pixels);
            IValue canvas = program.run(
                    latents,
                    "canvas",
                    scope.of(made),
                    scope.of(height),
                    scope.of(width),
                    scope.of(config.latentChannels()));
            for (Tile tile : tiles) tile.paint(pixels, canvas);
            return canvas;
        }
    }

    /** Bytes of one frame of the largest layer. */
    private long bytes(Tile tile) {
        long edge = config.spatialFactor() / config.patch();
        int channels =
                Math.max(config.encoderWidths().get(0), config.encoderWidths().get(1));
        return 4L * channels * tile.row.size() * tile.column.size() * edge * edge;
    }

    /** A part of the picture with what its layers remember. */
    private final class Tile {
        private final Strip row;
        private final Strip column;
        private final IValue memory;
        private final IValue[] place;
        private final IValue patch;
        private final IValue rows;
        private final IValue columns;

        Tile(TensorScope scope, Strip row, Strip column) {
            this.row = row;
            this.column = column;
            memory = program.run(scope, "memory");
            long edge = config.spatialFactor();
            place = new IValue[] {
                scope.of(edge * row.begin()),
                scope.of(edge * column.begin()),
                scope.of(edge * row.size()),
                scope.of(edge * column.size())
            };
            patch = scope.of(config.patch());
            rows = scope.tensor(row.tensor());
            columns = scope.tensor(column.tensor());
        }

        IValue encode(TensorScope scope, IValue pixels) {
            return program.run(scope, "encode", pixels, memory, patch, place[0], place[1], place[2], place[3]);
        }

        void paint(IValue pixels, IValue canvas) {
            try (TensorScope scope = torch.scope()) {
                IValue latents = encode(scope, pixels);
                program.run(
                        scope,
                        "paint",
                        canvas,
                        latents,
                        scope.of(0),
                        scope.of(row.begin()),
                        scope.of(column.begin()),
                        rows,
                        columns);
            }
        }
    }
}
