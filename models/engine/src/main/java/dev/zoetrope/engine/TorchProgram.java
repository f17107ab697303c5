package dev.zoetrope.engine;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A network's architecture: TorchScript source, compiled by the native library, whose methods run wholly inside it.
 *
 * <p>The source defines functions and one class {@code Model(Module)} with the attributes {@code training : bool} and
 * {@code w : Dict[str, Tensor]}, and a method {@code bind(self, w, ...)} that keeps the weights. One caller at a time.
 */
public final class TorchProgram implements AutoCloseable {
    private final String name;
    private final Model model;
    private boolean closed;

    private TorchProgram(String name, Model model) {
        this.name = name;
        this.model = model;
        Torch.IN_USE.incrementAndGet();
    }

    /**
     * Compiles a program.
     *
     * @param name for error messages
     * @throws ModelException with file, line and column of what does not compile
     */
    public static TorchProgram load(Torch torch, String name, String source) {
        Model model = Model.newInstance(name, torch.device(), "PyTorch");
        try {
            model.load(new ByteArrayInputStream(archive(source)));
            return new TorchProgram(name, model);
        } catch (IOException | MalformedModelException | EngineException e) {
            model.close();
            throw new InvalidModel("the program " + name + " does not compile: " + e.getMessage(), e);
        }
    }

    /** Reads a program's text from resources beside a class, one after another. */
    public static String source(Class<?> beside, String... resources) {
        StringBuilder source = new StringBuilder();
        for (String resource : resources) {
            try (InputStream in = beside.getResourceAsStream(resource)) {
                if (in == null) throw new IllegalArgumentException("no resource " + resource + " beside " + beside);
                source.append(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .append('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return source.toString();
    }

    /**
     * Gives the program what its method {@code bind} takes, weights first. When that fails, the program is closed.
     *
     * @return this
     */
    public TorchProgram bind(Torch torch, Function<TensorScope, IValue[]> arguments) {
        try (TensorScope scope = torch.scope()) {
            run(scope, "bind", arguments.apply(scope));
            return this;
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Runs a method.
     *
     * @return its result, owned by the scope
     * @throws ProgramFailed when the native library reports an error, with the place in the program
     */
    public IValue run(TensorScope scope, String method, IValue... arguments) {
        try {
            return scope.own(IValueUtils.runMethod((PtSymbolBlock) model.getBlock(), method, arguments));
        } catch (EngineException e) {
            if (isOutOfMemory(e)) throw new OutOfDeviceMemory(name + "." + method + ": " + e.getMessage(), e);
            throw new ProgramFailed(name + "." + method + " failed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (closed) return;
        closed = true;
        Torch.IN_USE.decrementAndGet();
        model.close();
    }

    private static boolean isOutOfMemory(EngineException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("out of memory") || message.contains("DefaultCPUAllocator: can't allocate memory");
    }

    private static byte[] archive(String source) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            entry(zip, "m/version", "10\n".getBytes(StandardCharsets.US_ASCII));
            entry(zip, "m/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            entry(zip, "m/data.pkl", emptyModel());
            entry(zip, "m/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** Pickle protocol 2 of {@code Model()} with {@code training = False} and {@code w = {}}. */
    private static byte[] emptyModel() throws IOException {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.write(new byte[] {(byte) 0x80, 2});
        pickle.write("c__torch__\nModel\n)".getBytes(StandardCharsets.US_ASCII));
        pickle.write(new byte[] {(byte) 0x81, '}', '('});
        pickle.write(new byte[] {'X', 8, 0, 0, 0});
        pickle.write("training".getBytes(StandardCharsets.US_ASCII));
        pickle.write((byte) 0x89);
        pickle.write(new byte[] {'X', 1, 0, 0, 0, 'w', '}'});
        pickle.write(new byte[] {'u', 'b', '.'});
        return pickle.toByteArray();
    }
}
