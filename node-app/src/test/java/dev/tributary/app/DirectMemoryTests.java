package dev.tributary.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DirectMemoryTests {

    @Test
    void memoryOfBuffersIsHalfOfTheHeapAndHoldsTheDefaultLinks() {
        assertThat(DirectMemory.limit(4L << 30)).isEqualTo(2L << 30);
        assertThat(DirectMemory.limit(128L << 20)).isEqualTo(128L << 20);
    }
}
