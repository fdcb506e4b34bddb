package dev.tributary.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ConfigurationReferenceTests {

    @Test
    void committedReferenceMatchesTheTableOfSettings() throws IOException {
        assertThat(Files.readString(ConfigurationReference.FILE))
                .as("node-app/CONFIGURATION.md; to write it again: %s", ConfigurationReference.COMMAND)
                .isEqualTo(ConfigurationReference.text());
    }

    @Test
    void everyCellOfTheReferenceIsFilled() {
        assertThat(ConfigurationReference.text().lines().filter(line -> line.startsWith("| `")))
                .hasSameSizeAs(Setting.ALL)
                .noneMatch(line -> line.contains("|  |"))
                .allMatch(line -> line.split(" \\| ", -1).length == 7);
    }
}
