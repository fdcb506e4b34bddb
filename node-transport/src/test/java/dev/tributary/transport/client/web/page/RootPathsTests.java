package dev.tributary.transport.client.web.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RootPathsTests {

    @Test
    void prefixOfAQuotedPathIsReplaced() {
        assertThat(RootPaths.replace("import '/./a.js'; \"/./img/\" + '/./ü'", "/r/"))
                .isEqualTo("import '/r/a.js'; \"/r/img/\" + '/r/ü'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"p.startsWith('/./')", "\"/./\"", "/./.test(a)", "'/./g'", "x/./y", "'/./.'", "'/././a'"})
    void dataIsLeftAlone(String text) {
        assertThat(RootPaths.replace(text, "/r/")).isEqualTo(text);
    }

    @Test
    void otherBytesStay() {
        byte[] text = "\u0000\u00ff'/./a'\u0080".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(RootPaths.replace(text, "/r/"))
                .isEqualTo("\u0000\u00ff'/r/a'\u0080".getBytes(StandardCharsets.ISO_8859_1));
    }
}
