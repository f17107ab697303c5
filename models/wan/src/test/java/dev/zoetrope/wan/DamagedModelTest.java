package dev.zoetrope.wan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.zoetrope.engine.EngineSettings;
import dev.zoetrope.engine.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint that is not what it says is refused by file and key, and never reaches native code. */
class DamagedModelTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @BeforeEach
    void copy() throws IOException {
        Path toybox = Path.of("../toybox");
        Files.walkFileTree(toybox, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path copy = folder.resolve(toybox.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "model_index.json,transformer",
        "model_index.json,vae",
        "model_index.json,text_encoder",
        "transformer/config.json,num_attention_heads",
        "transformer/config.json,attention_head_dim",
        "transformer/config.json,in_channels",
        "transformer/config.json,text_dim",
        "transformer/config.json,freq_dim",
        "transformer/config.json,ffn_dim",
        "transformer/config.json,num_layers",
        "text_encoder/config.json,num_layers",
        "text_encoder/config.json,d_model",
        "scheduler/scheduler_config.json,_class_name"
    })
    void a_missing_field_is_named(String file, String field) throws IOException {
        // Given
        ObjectNode config = (ObjectNode) JSON.readTree(folder.resolve(file).toFile());
        assertThat(config.has(field)).isTrue();
        config.remove(field);
        JSON.writeValue(folder.resolve(file).toFile(), config);
        // When
        Throwable error = catchThrowable(this::loadAll);
        // Then
        assertThat(error).isInstanceOf(ModelException.class).hasMessageContaining(field);
        assertThat(error.getMessage()).contains(Path.of(file).getFileName().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "transformer/config.json,_class_name,\"UNet3D\"",
        "transformer/config.json,num_layers,7",
        "transformer/config.json,num_layers,-1",
        "transformer/config.json,num_layers,\"six\"",
        "transformer/config.json,ffn_dim,1000",
        "transformer/config.json,attention_head_dim,63",
        "transformer/config.json,qk_norm,\"layer_norm\"",
        "transformer/config.json,patch_size,\"2\"",
        "vae/config.json,z_dim,17",
        "vae/config.json,base_dim,25",
        "vae/config.json,latents_mean,[1.0]",
        "text_encoder/config.json,d_model,129",
        "text_encoder/config.json,num_layers,3",
        "scheduler/scheduler_config.json,_class_name,\"DDIMScheduler\"",
        "scheduler/scheduler_config.json,prediction_type,\"epsilon\"",
        "scheduler/scheduler_config.json,solver_order,9"
    })
    void a_field_that_says_what_the_weights_or_the_family_do_not_is_refused(String file, String field, String value)
            throws IOException {
        // Given
        ObjectNode config = (ObjectNode) JSON.readTree(folder.resolve(file).toFile());
        config.set(field, JSON.readTree(value));
        JSON.writeValue(folder.resolve(file).toFile(), config);
        // When
        Throwable error = catchThrowable(this::loadAll);
        // Then
        assertThat(error).isInstanceOf(ModelException.class).hasMessageContaining(folder.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "transformer/diffusion_pytorch_model.safetensors",
                "vae/diffusion_pytorch_model.safetensors",
                "text_encoder/model.safetensors"
            })
    void damaged_weights_are_refused(String file) throws IOException {
        Path weights = folder.resolve(file);
        byte[] whole = Files.readAllBytes(weights);
        int headerLength = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt();
        String header = new String(whole, 8, headerLength, StandardCharsets.UTF_8);
        // Cut short, anywhere
        for (int length : new int[] {0, 7, 8, 100, 8 + headerLength, whole.length - 1}) {
            refused(weights, Arrays.copyOf(whole, length));
        }
        // A header that lies: about its length, a shape, a place, a type
        byte[] longer = whole.clone();
        ByteBuffer.wrap(longer).order(ByteOrder.LITTLE_ENDIAN).putLong(Long.MAX_VALUE);
        refused(weights, longer);
        refused(weights, withHeader(whole, headerLength, header.replaceFirst("\"shape\":\\[\\d", "\"shape\":[9")));
        refused(
                weights,
                withHeader(whole, headerLength, header.replaceFirst("\"data_offsets\":\\[0", "\"data_offsets\":[4")));
        refused(weights, withHeader(whole, headerLength, header.replaceFirst("\"(BF16|F32)\"", "\"I8\"")));
        Files.delete(weights);
        assertThat(catchThrowable(this::loadAll)).isInstanceOf(ModelException.class);
    }

    private static byte[] withHeader(byte[] whole, int length, String header) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[8 + json.length + whole.length - 8 - length];
        ByteBuffer.wrap(out)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(whole, 8 + length, whole.length - 8 - length);
        return out;
    }

    private void refused(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        assertThat(catchThrowable(this::loadAll))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(file.getFileName().toString());
    }

    private void loadAll() {
        WanFamily family = new WanFamily();
        family.card(folder);
        family.textEncoder(folder, EngineSettings.DEFAULT).close();
        family.denoiser(folder, EngineSettings.DEFAULT).close();
        family.autoencoder(folder, EngineSettings.DEFAULT).close();
    }
}
