package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The checked-in protocol transcripts. A run that differs fails and leaves its transcript in the build directory, or
 * replaces the checked-in one if {@code transcripts.write} is set.
 */
final class TranscriptFile {

    private static final Path CHECKED_IN = Path.of("transcripts");
    private static final Path OF_THIS_RUN = Path.of("target", "transcripts");

    private TranscriptFile() {}

    /** Compares the text with the checked-in transcript of this name. */
    static void verify(String name, String text) throws IOException {
        Path expected = CHECKED_IN.resolve(name);
        Path actual = Boolean.getBoolean("transcripts.write") ? expected : OF_THIS_RUN.resolve(name);
        Files.createDirectories(actual.getParent());
        Files.writeString(actual, text);
        assertThat(Files.exists(expected) ? Files.readString(expected) : "")
                .as("%s; to accept %s, run the test with -Dtranscripts.write=true", expected, actual)
                .isEqualTo(text);
    }
}
