package dev.zoetrope.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamPartTest {
    private static final String JSON = """
            {"part":1,"firstFrame":33,"framesPerSecond":8,\
            "media":{"key":"jobs/a/stream/1.mp4","bytes":1000,"sha256":"%s","dtype":null,"shape":null},\
            "initializationBytes":700,"fragments":[{"bytes":200,"frames":16},{"bytes":100,"frames":4}]}""".formatted("0".repeat(64));
    private static final StreamPart PART = new StreamPart(
            1,
            33,
            8,
            ArtifactRef.file("jobs/a/stream/1.mp4", 1000, "0".repeat(64)),
            700,
            List.of(new StreamPart.Fragment(200, 16), new StreamPart.Fragment(100, 4)));

    @Test
    void a_part_is_written_and_read_as_the_golden_text_says() {
        assertThat(new String(PART.json(), StandardCharsets.UTF_8)).isEqualTo(JSON);
        assertThat(StreamPart.of(JSON.getBytes(StandardCharsets.UTF_8))).isEqualTo(PART);
    }

    @Test
    void fragments_lie_behind_the_initialization_and_each_other() {
        assertThat(PART.offset(0)).isEqualTo(700);
        assertThat(PART.offset(1)).isEqualTo(900);
        assertThat(PART.frames()).isEqualTo(20);
        assertThat(PART.seconds(1)).isEqualTo(0.5);
    }

    @Test
    void what_is_no_part_is_refused() {
        assertThatThrownBy(() -> StreamPart.of("{}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ContractException.class);
        assertThatThrownBy(() -> StreamPart.of(
                        JSON.replace("\"bytes\":100,\"f", "\"bytes\":101,\"f").getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ContractException.class)
                .hasMessageContaining("1000 bytes");
    }
}
