package dev.zoetrope.wan.image;

import dev.zoetrope.engine.ModelConfig;
import dev.zoetrope.engine.ModelException;
import dev.zoetrope.tensors.HostTensor;
import java.nio.file.Path;

/**
 * Brings a picture to what the encoder reads, as {@code CLIPImageProcessor} does: its shorter edge resized, its middle cut out, its
 * colours normalised.
 *
 * @param shorterEdge what the shorter edge is resized to
 * @param crop edge of the square that is cut out
 */
record PictureProcessor(int shorterEdge, int crop, double[] mean, double[] deviation) {
    private static final int BICUBIC = 3;

    /** @throws ModelException for a config that asks for other steps */
    static PictureProcessor read(Path folder) {
        ModelConfig config = ModelConfig.read(folder.resolve("preprocessor_config.json"));
        for (String step : new String[] {"do_resize", "do_center_crop", "do_rescale", "do_normalize"}) {
            config.allow(step, true);
        }
        config.allow("resample", BICUBIC);
        int edge = config.nested("size").size("shortest_edge", 224);
        ModelConfig crop = config.nested("crop_size");
        int height = crop.size("height", 224);
        if (crop.size("width", 224) != height || height > edge) {
            throw config.unexpected("crop_size", "a square of at most " + edge, height);
        }
        return new PictureProcessor(edge, height, config.numbers("image_mean", 3), config.numbers("image_std", 3));
    }

    /**
     * @param picture U8 {@code [H, W, 3]}
     * @return F32 {@code [3, crop, crop]}
     */
    HostTensor process(HostTensor picture) {
        int height = (int) picture.size(0);
        int width = (int) picture.size(1);
        int shorter = Math.min(height, width);
        int toHeight = (int) ((double) shorterEdge * height / shorter);
        int toWidth = (int) ((double) shorterEdge * width / shorter);
        byte[] resized = BicubicResize.resize(picture.bytes(), height, width, toHeight, toWidth);
        int top = (toHeight - crop) / 2;
        int left = (toWidth - crop) / 2;
        float[] values = new float[3 * crop * crop];
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < crop; y++) {
                for (int x = 0; x < crop; x++) {
                    int pixel = resized[((top + y) * toWidth + left + x) * 3 + c] & 0xff;
                    values[(c * crop + y) * crop + x] = (float) ((pixel / 255.0 - mean[c]) / deviation[c]);
                }
            }
        }
        return HostTensor.ofFloats(values, 3, crop, crop);
    }
}
