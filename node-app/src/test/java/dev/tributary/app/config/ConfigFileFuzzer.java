package dev.tributary.app.config;

import dev.tributary.core.test.FuzzSeeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Fuzz target: a configuration file. It gives a configuration or a {@link ConfigException}; anything else is a find. */
public final class ConfigFileFuzzer {

    private static final Path FILE = file();

    private ConfigFileFuzzer() {}

    /** Called by the fuzzer before it reads its corpus. */
    public static void fuzzerInitialize() {
        AppConfig defaults = AppConfig.defaults();
        FuzzSeeds.write(Setting.ALL.stream()
                .map(setting -> setting.key() + " = \"" + setting.format().apply(defaults) + "\"")
                .map(line -> line.getBytes(StandardCharsets.UTF_8)));
    }

    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        Files.write(FILE, input);
        try {
            new ConfigSources(Map.of(), Map.of(), FILE).resolve();
        } catch (ConfigException refused) {
            // A refusal is the expected end of most inputs.
            return;
        }
    }

    private static Path file() {
        try {
            Path file = Files.createTempFile("fuzz", ".toml");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
