package dev.tributary.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTextTests {

    @Test
    void textIsQuotedAndCut() {
        assertThat(QuotedText.quote("no room")).isEqualTo("\"no room\"");
        assertThat(QuotedText.quote("a \"b\" c")).isEqualTo("\"a 'b' c\"");
        assertThat(QuotedText.cut("x".repeat(200))).hasSize(200);
        assertThat(QuotedText.cut("x".repeat(201))).isEqualTo("x".repeat(200) + "...");
    }

    @Test
    void charactersThatForgeOrReorderALineAreReplaced() {
        String hostile = "a\r\nb" + (char) 0x1b + "[31m" + (char) 0x85 + (char) 0x2028 + (char) 0x2029 + (char) 0x202e
                + (char) 0x200b + "c" + (char) 0xd800;

        assertThat(QuotedText.cut(hostile)).isEqualTo("a??b?[31m?????c?");
        assertThat(QuotedText.cut("Grüße, 世界 😀")).isEqualTo("Grüße, 世界 😀");
    }
}
