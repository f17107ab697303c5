package dev.zoetrope.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Width and height in pixels, written {@code 96x64}. */
public record FrameSize(int width, int height) {
    static final class Converter implements ITypeConverter<FrameSize> {
        @Override
        public FrameSize convert(String text) {
            if (!text.matches("\\d{1,5}x\\d{1,5}")) {
                throw new TypeConversionException("expected WIDTHxHEIGHT, as in 96x64, but \"" + text + "\" came");
            }
            int x = text.indexOf('x');
            return new FrameSize(Integer.parseInt(text.substring(0, x)), Integer.parseInt(text.substring(x + 1)));
        }
    }
}
