package dev.tributary.transport.client.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class RefusedArchivesTests {

    private static final UnpackedApp APP = new UnpackedApp(Path.of("app"), "good", 1, FileTime.fromMillis(0));

    private final RefusedArchives refused = new RefusedArchives();
    private int unpackings;

    @Test
    void refusedStateIsUnpackedOnce() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> refused.unlessRefused("bad", unpacking(new UnusableArchiveException("too large"))))
                    .isInstanceOf(UnusableArchiveException.class)
                    .hasMessage("too large");
        }
        assertThat(unpackings).isEqualTo(1);
        assertThat(refused.unlessRefused("good", () -> APP)).isEqualTo(APP);
    }

    @Test
    void stateThatCouldNotBeWrittenIsUnpackedAgain() {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> refused.unlessRefused("good", unpacking(new IllegalStateException("disk full"))))
                    .hasMessage("disk full");
        }
        assertThat(unpackings).isEqualTo(2);
    }

    private Supplier<UnpackedApp> unpacking(RuntimeException failure) {
        return () -> {
            unpackings++;
            throw failure;
        };
    }
}
