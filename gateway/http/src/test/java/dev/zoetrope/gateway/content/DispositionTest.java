package dev.zoetrope.gateway.content;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DispositionTest {
    @Test
    void a_plain_name_is_said_as_it_is() {
        assertThat(Disposition.inline("video_1.mp4").header()).isEqualTo("inline; filename=\"video_1.mp4\"");
    }

    @Test
    void a_name_in_any_script_is_said_in_both_forms() {
        assertThat(Disposition.attachment("été 1.png").header())
                .isEqualTo("attachment; filename=\"_t_ 1.png\"; filename*=UTF-8''%C3%A9t%C3%A9%201.png");
    }

    @Test
    void a_name_cannot_lead_elsewhere_or_end_the_header() {
        assertThat(Disposition.attachment("../../etc/passwd").header()).isEqualTo("attachment; filename=\"passwd\"");
        assertThat(Disposition.attachment("C:\\a\\b.png").header()).isEqualTo("attachment; filename=\"b.png\"");
        assertThat(Disposition.attachment("a\"; x=\"b\r\nSet-Cookie: c").header())
                .startsWith("attachment; filename=\"a_; x=_bSet-Cookie: c\"")
                .doesNotContain("\n", "\r");
        for (String nameless : new String[] {"", "/", "..", " ", "\u0000"}) {
            assertThat(Disposition.attachment(nameless).header()).isEqualTo("attachment; filename=\"file\"");
        }
    }
}
