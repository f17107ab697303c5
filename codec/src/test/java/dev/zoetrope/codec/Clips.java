package dev.zoetrope.codec;

import dev.zoetrope.tensors.HostTensor;
import dev.zoetrope.tensors.Safetensors;
import java.nio.file.Path;

/** Frames to test with: one clip that the toybox model made, and drawn ones of any size. */
public final class Clips {
    private Clips() {}

    /** {@code U8 [33, 64, 64, 3]}: "a red ball bounces over the sea", as the reference made it. */
    public static HostTensor toybox() {
        return Safetensors.read(Path.of("../models/wan/src/test/golden/generation-text/out.safetensors"))
                .get("frames");
    }

    /** A red ball over a slowly moving, textured ground: smooth parts, edges and fine detail, as generated video has. */
    public static HostTensor ball(int frames, int height, int width) {
        byte[] pixels = new byte[frames * height * width * 3];
        int at = 0;
        for (int t = 0; t < frames; t++) {
            double ballX = width * (0.5 + 0.3 * Math.sin(t * 0.2));
            double ballY = height * (0.5 + 0.3 * Math.abs(Math.cos(t * 0.15)));
            double radius = 0.12 * Math.min(width, height);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    double inside = Math.min(1, Math.max(0, radius - Math.hypot(x - ballX, y - ballY) + 0.5));
                    double wave = 12 * Math.sin((x + t) * 0.21) * Math.sin((y - t * 0.5) * 0.17);
                    double grain = 3 * Math.sin(x * 1.7 + y * 2.3);
                    pixels[at++] = colour(mix(60 + 90.0 * y / height + wave + grain, 220, inside));
                    pixels[at++] = colour(mix(110 + 60.0 * x / width + wave + grain, 40, inside));
                    pixels[at++] = colour(mix(170 - 80.0 * y / height + wave + grain, 45, inside));
                }
            }
        }
        return HostTensor.ofBytes(pixels, frames, height, width, 3);
    }

    /** One colour everywhere. */
    public static HostTensor flat(int frames, int height, int width, int red, int green, int blue) {
        byte[] pixels = new byte[frames * height * width * 3];
        for (int i = 0; i < pixels.length; i += 3) {
            pixels[i] = (byte) red;
            pixels[i + 1] = (byte) green;
            pixels[i + 2] = (byte) blue;
        }
        return HostTensor.ofBytes(pixels, frames, height, width, 3);
    }

    /** Frames {@code from} (inclusive) to {@code to} (exclusive). */
    public static HostTensor slice(HostTensor clip, int from, int to) {
        int frame = (int) (clip.size(1) * clip.size(2) * 3);
        return HostTensor.of(
                clip.dtype(),
                clip.data().slice(from * frame, (to - from) * frame),
                to - from,
                clip.size(1),
                clip.size(2),
                3);
    }

    private static double mix(double ground, double ball, double inside) {
        return ground + (ball - ground) * inside;
    }

    private static byte colour(double value) {
        return (byte) Math.round(Math.min(255, Math.max(0, value)));
    }
}
