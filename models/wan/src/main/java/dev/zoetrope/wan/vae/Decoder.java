package dev.zoetrope.wan.vae;

import ai.djl.pytorch.jni.IValue;
import dev.zoetrope.engine.TensorScope;
import dev.zoetrope.engine.Torch;
import dev.zoetrope.engine.TorchProgram;
import dev.zoetrope.tensors.HostTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Latents to pixels, slice by slice.
 *
 * <p>The decoder's stages are the latents' own, one for each up block, and the last to pixels. A slice goes through them depth first: what a
 * stage makes is cut into slices again for the next, larger one, and becomes pixels before the stage goes on. So memory holds one slice for each
 * stage and what each layer remembers, however long the video.
 */
final class Decoder {
    private final Torch torch;
    private final TorchProgram program;
    private final VaeConfig config;
    private final SliceLength slices;

    Decoder(Torch torch, TorchProgram program, VaeConfig config, SliceLength slices) {
        this.torch = torch;
        this.program = program;
        this.config = config;
        this.slices = slices;
    }

    /** Takes pixels as they are made: F32 {@code [T, H, W, 3]} between -1 and 1, valid during the call. */
    interface PixelSink {
        void accept(TensorScope scope, IValue pixels);
    }

    void decode(HostTensor latents, int tile, PixelSink sink) {
        int height = (int) latents.size(2);
        int width = (int) latents.size(3);
        List<Strip> rows = Strip.cut(height, tile, config.spatialFactor());
        List<Strip> columns = Strip.cut(width, tile, config.spatialFactor());
        try (TensorScope scope = torch.scope()) {
            IValue z = scope.tensor(latents);
            int frames = (int) latents.size(1);
            if (rows.size() * columns.size() == 1) {
                new Window(scope, 0, 0, height, width).decode(z, 0, frames, sink);
            } else {
                decodeTiles(scope, z, frames, rows, columns, sink);
            }
        }
    }

    /** All tiles of a few latent frames, then of the next few; each tile's layers remember for themselves. */
    private void decodeTiles(
            TensorScope scope, IValue z, int frames, List<Strip> rows, List<Strip> columns, PixelSink sink) {
        int height = last(rows) * config.spatialFactor();
        int width = last(columns) * config.spatialFactor();
        List<Tile> tiles = new ArrayList<>();
        for (Strip row : rows) for (Strip column : columns) tiles.add(new Tile(scope, row, column));
        long bytes = 4L * height * width * VaeConfig.COLOURS * config.temporalFactor();
        int step = slices.of(bytes);
        for (int begin = 0; begin < frames; begin += step) {
            int end = Math.min(frames, begin + step);
            int made = config.temporalFactor() * (end - begin) - (begin == 0 ? config.temporalFactor() - 1 : 0);
            try (TensorScope slice = torch.scope()) {
                IValue canvas = program.run(
                        slice,
                        "canvas",
                        slice.of(made),
                        slice.of(height),
                        slice.of(width),
                        slice.of(VaeConfig.COLOURS));
                for (Tile tile : tiles) tile.paint(z, begin, end, canvas);
                sink.accept(slice, canvas);
            }
        }
    }

    private static int last(List<Strip> strips) {
        Strip last = strips.get(strips.size() - 1);
        return last.begin() + last.size();
    }

    /** A window that fades into its neighbours. */
    private final class Tile {
        private final Window window;
        private final IValue top;
        private final IValue left;
        private final IValue rows;
        private final IValue columns;

        Tile(TensorScope scope, Strip row, Strip column) {
            window = new Window(scope, row.begin(), column.begin(), row.size(), column.size());
            top = scope.of((long) row.begin() * config.spatialFactor());
            left = scope.of((long) column.begin() * config.spatialFactor());
            rows = scope.tensor(row.tensor());
            columns = scope.tensor(column.tensor());
        }

        void paint(IValue z, int begin, int end, IValue canvas) {
            long[] painted = {0};
            window.decode(z, begin, end, (scope, pixels) -> {
                IValue place = scope.of(painted[0]);
                painted[0] += program.run(scope, "paint", canvas, pixels, place, top, left, rows, columns)
                        .toLong();
            });
        }
    }

    /** A part of the picture with what its layers remember. */
    private final class Window {
        private final IValue memory;
        private final IValue[] place;
        private final int height;
        private final int width;
        private final boolean[] begun = new boolean[config.levels()];

        Window(TensorScope scope, int top, int left, int height, int width) {
            this.memory = program.run(scope, "memory");
            this.place = new IValue[] {scope.of(top), scope.of(left), scope.of(height), scope.of(width)};
            this.height = height;
            this.width = width;
        }

        void decode(IValue z, int begin, int end, PixelSink sink) {
            int step = slices.of(bytes(0, config.decoderWidths().get(0)));
            for (int from = begin; from < end; from += step) {
                int to = Math.min(end, from + step);
                try (TensorScope scope = torch.scope()) {
                    IValue x = program.run(
                            scope,
                            "latents",
                            z,
                            scope.of(from),
                            scope.of(to),
                            memory,
                            place[0],
                            place[1],
                            place[2],
                            place[3]);
                    up(0, x, to - from, sink);
                }
            }
        }

        private void up(int block, IValue x, int frames, PixelSink sink) {
            if (block == config.levels()) {
                pixels(x, frames, sink);
                return;
            }
            int growth = config.doublesTime(block) ? 2 : 1;
            int step = slices.of(growth * bytes(block + 1, width(block)));
            for (int from = 0; from < frames; from += step) {
                int to = Math.min(frames, from + step);
                try (TensorScope scope = torch.scope()) {
                    IValue y = program.run(scope, "up", x, scope.of(from), scope.of(to), memory, scope.of(block));
                    int made = growth * (to - from) - (begun[block] ? 0 : growth - 1);
                    begun[block] = true;
                    up(block + 1, y, made, sink);
                }
            }
        }

        private void pixels(IValue x, int frames, PixelSink sink) {
            int step = slices.of(bytes(config.levels(), width(config.levels() - 1)));
            for (int from = 0; from < frames; from += step) {
                int to = Math.min(frames, from + step);
                try (TensorScope scope = torch.scope()) {
                    IValue patch = scope.of(config.patch());
                    sink.accept(scope, program.run(scope, "pixels", x, scope.of(from), scope.of(to), memory, patch));
                }
            }
        }

        /** Channels inside an up block. */
        private int width(int block) {
            return config.decoderWidths().get(block + 1);
        }

        /** Bytes of one frame after so many blocks, the last of which leaves the size alone. */
        private long bytes(int blocks, int channels) {
            int doublings = Math.min(blocks, config.levels() - 1);
            return 4L * channels * ((long) height << doublings) * ((long) width << doublings);
        }
    }
}
