package dev.tributary.core.contract.wasm.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantityTests {

    @ParameterizedTest
    @EnumSource
    void quantityIsDocumentedWithItsLimitAndReason(Quantity quantity) throws Exception {
        assertThat(Files.readString(Path.of("README.md")))
                .contains("| " + quantity.label() + " | " + quantity.limit() + " | " + quantity.reason() + " |");
    }

    @Test
    void eachQuantityNeedsALimit() {
        assertThatThrownBy(() -> new ModuleBounds(Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("BYTES");
        assertThat(ModuleBounds.defaults().with(Quantity.TYPES, 3).of(Quantity.TYPES))
                .isEqualTo(3);
    }
}
