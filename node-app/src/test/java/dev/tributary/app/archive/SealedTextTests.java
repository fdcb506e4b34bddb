package dev.tributary.app.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.value.Bytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SealedTextTests {

    private static final Bytes TEXT = SealedText.encode(List.of("one 1", "many a", "many b c"));

    @Test
    void linesAreReadByKeyAndUnknownOnesAreSkipped() throws IOException {
        SealedText text = SealedText.decode(TEXT);
        assertThat(text.value("one")).isEqualTo("1");
        assertThat(text.all("many")).containsExactly("a", "b c");
        assertThat(text.optional("none")).isEmpty();
        assertThatThrownBy(() -> text.value("none"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'none'");
    }

    @Test
    void everyFlippedBitIsDetected() {
        for (int bit = 0; bit < TEXT.size() * 8; bit++) {
            byte[] flipped = TEXT.toArray();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> SealedText.decode(Bytes.wrap(flipped)))
                    .as("bit %d", bit)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void everyMissingEndIsDetected() {
        for (int size = 0; size < TEXT.size(); size++) {
            byte[] cut = Arrays.copyOf(TEXT.toArray(), size);
            assertThatThrownBy(() -> SealedText.decode(Bytes.wrap(cut)))
                    .as("size %d", size)
                    .isInstanceOf(IOException.class);
        }
    }
}
