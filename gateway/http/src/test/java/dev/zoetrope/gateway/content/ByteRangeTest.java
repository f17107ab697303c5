package dev.zoetrope.gateway.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, bytes 0-0/52",
        "bytes=4-9, bytes 4-9/52",
        "bytes=4-, bytes 4-51/52",
        "bytes=-5, bytes 47-51/52",
        "bytes=-500, bytes 0-51/52",
        "bytes=4-500, bytes 4-51/52",
        "bytes=4-99999999999999999999999, bytes 4-51/52",
        "BYTES=4-9, bytes 4-9/52",
        "bytes= 4-9, bytes 4-9/52"
    })
    void a_range_within_the_file_is_taken(String header, String contentRange) throws Exception {
        assertThat(ByteRange.parse(header, 52)).map(range -> range.of(52)).contains(contentRange);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=52-", "bytes=1000-2000", "bytes=-0", "bytes=99999999999999999999999-"})
    void a_range_behind_the_end_is_refused(String header) {
        assertThatThrownBy(() -> ByteRange.parse(header, 52)).isInstanceOf(ByteRange.Unsatisfiable.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=9-4",
                "bytes=a-b",
                "bytes=1 2-3 4",
                "bytes=4-9,20-30",
                "items=1-2",
                "bytes=--5",
                "bytes=0x1-5",
                "bytes=4-9;"
            })
    void what_is_malformed_or_several_is_ignored(String header) throws Exception {
        assertThat(ByteRange.parse(header, 52)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-", "bytes=-5", "bytes=0-0"})
    void nothing_of_an_empty_file_can_be_had(String header) {
        assertThatThrownBy(() -> ByteRange.parse(header, 0)).isInstanceOf(ByteRange.Unsatisfiable.class);
    }
}
