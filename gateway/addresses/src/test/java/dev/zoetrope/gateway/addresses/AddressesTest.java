package dev.zoetrope.gateway.addresses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zoetrope.gateway.addresses.Addresses.Purpose;
import dev.zoetrope.gateway.problems.ApiProblem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
    private static final String WEBHOOKS_SETTING = "ZOETROPE_GATEWAY_WEBHOOKS_ALLOW_PRIVATE";
    private static final String FETCH_SETTING = "ZOETROPE_GATEWAY_FETCH_ALLOW_PRIVATE";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.com/hook",
                "https://127.0.0.1/",
                "https://127.0.0.1:8443/",
                "https://2130706433/",
                "https://0x7f.1/",
                "https://[::1]/",
                "https://[fd00::1]:8443/",
                "https://10.1.2.3/",
                "https://169.254.169.254/",
                "https://localhost/",
                "https://hooks.localhost/"
            })
    void a_webhook_address_that_a_setting_allows_is_refused_with_the_setting_s_name(String address) {
        assertThatThrownBy(() -> new Addresses(Purpose.WEBHOOK, false).require(address, "webhook.url"))
                .isInstanceOfSatisfying(ApiProblem.class, problem -> {
                    assertThat(problem.param()).isEqualTo("webhook.url");
                    assertThat(problem).hasMessageContaining("expected").hasMessageContaining(WEBHOOKS_SETTING);
                });
        assertThat(new Addresses(Purpose.WEBHOOK, true).require(address, "webhook.url"))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/a.png",
                "https://[::1]/a.png",
                "http://localhost:9000/a.png",
                "http://10.0.0.1/"
            })
    void an_address_to_fetch_that_a_setting_allows_is_refused_with_the_setting_s_name(String address) {
        assertThatThrownBy(() -> new Addresses(Purpose.FETCH, false).require(address, "image_url"))
                .hasMessageContaining("expected a public address")
                .hasMessageContaining(FETCH_SETTING);
        assertThat(new Addresses(Purpose.FETCH, true).require(address, "image_url"))
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "ftp://example.com/, came ftp",
        "file:///etc/passwd, came file",
        "example.com/hook, came a text without a scheme",
        "https://example.com:0/, came https with a host or a port that cannot be",
        "https://example.com:99999/, came https with a host or a port that cannot be",
        "https:///, came https with a host or a port that cannot be",
        "https://user:secret@example.com/, without a user name"
    })
    void an_address_that_no_setting_allows_says_what_came(String address, String said) {
        for (Purpose purpose : Purpose.values()) {
            assertThatThrownBy(() -> new Addresses(purpose, true).require(address, "url"))
                    .isInstanceOf(ApiProblem.class)
                    .hasMessageContaining(said)
                    .hasMessageNotContaining("ZOETROPE")
                    .hasMessageNotContaining("secret");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.com/hook", "https://example.com:8443/", "https://93.184.216.34/"})
    void a_public_https_address_is_admitted_for_every_purpose(String address) {
        for (Purpose purpose : Purpose.values()) {
            assertThat(new Addresses(purpose, false).require(address, "url")).isNotNull();
        }
    }
}
