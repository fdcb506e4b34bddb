package dev.tributary.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.app.storage.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigSourcesIntegrationTests {

    @TempDir
    private Path directory;

    private final Map<Setting, String> flags = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();

    @Test
    void aFlagOverridesTheEnvironmentTheEnvironmentTheFileAndTheFileTheDefault() throws IOException {
        Path file = file("log-level = 'warn'");
        assertThat(resolve(null).logLevel()).isEqualTo(LogLevel.INFO);
        assertThat(resolve(file).logLevel()).isEqualTo(LogLevel.WARN);
        environment.put("TRIBUTARY_LOG_LEVEL", "debug");
        assertThat(resolve(file).logLevel()).isEqualTo(LogLevel.DEBUG);
        flags.put(Setting.LOG_LEVEL, "error");
        assertThat(resolve(file).logLevel()).isEqualTo(LogLevel.ERROR);
    }

    @Test
    void theFileMayBeNamedByAVariable() throws IOException {
        environment.put(ConfigSources.FILE_VARIABLE, file("log-level = 'warn'").toString());
        assertThat(resolve(null).logLevel()).isEqualTo(LogLevel.WARN);
    }

    @Test
    void aFileSaysEverything() throws IOException {
        AppConfig config = resolve(file("""
                data-directory = "/var/lib/tributary"
                listen = "[::1]:7000"
                peers = ["one.example:1", "two.example:2"]

                [storage]
                durability = "buffered"
                inline-limit = "64 KiB"
                cache = 8388608

                [operations]
                deadline = "5 s"
                replicas = 2
                """));
        assertThat(config.dataDirectory()).isEqualTo(Path.of("/var/lib/tributary"));
        assertThat(config.transport().listen()).hasToString("[::1]:7000");
        assertThat(config.peers()).extracting(Object::toString).containsExactly("one.example:1", "two.example:2");
        assertThat(config.storage().durability()).isEqualTo(Durability.BUFFERED);
        assertThat(config.storage().inlineLimit()).isEqualTo(64 << 10);
        assertThat(config.storage().cacheBytes()).isEqualTo(8 << 20);
        assertThat(config.node().operations().deadline()).hasSeconds(5);
        assertThat(config.node().operations().replicas()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[storage] / durabilty = 'sync';      :2: there is no setting 'storage.durabilty' (did you mean 'storage.durability'?)",
                "colour = 'red';                      :1: there is no setting 'colour'",
                "x = 1 / [storage] / y = 2;           :1: there is no setting 'x'",
                "# hello / log-level = 'loud';        :2: log-level = 'loud': must be one of error|warn|info|debug|trace",
                "[storage] / inline-limit = '9 MiB';  :2: storage.inline-limit = '9 MiB': inlineLimit must be in 0..1048576",
                "storage.cache = '8 XB';              :1: storage.cache = '8 XB': must be a whole number of bytes",
                "storage.cache = 1.5;                 :1: storage.cache = 1.5: must be a text or a whole number",
                "peers = ['nobody'];                  :1: peers = 'nobody': 'nobody' is no address: use host:port",
                "log-level = ;                        :1: this is not TOML",
            })
    void anErrorInTheFileNamesTheLineTheKeyTheValueAndWhatIsAllowed(String content, String message) throws IOException {
        Path file = file(content.replace(" / ", "\n"));
        assertThatThrownBy(() -> resolve(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(file + message);
    }

    @Test
    void aFileThatIsMissingIsAnError() {
        Path missing = directory.resolve("missing.toml");
        assertThatThrownBy(() -> resolve(missing))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(missing + " does not exist");
    }

    @Test
    void anErrorInTheEnvironmentNamesTheVariable() {
        environment.put("TRIBUTARY_OPERATIONS_REPLICAS", "99");
        assertThatThrownBy(() -> resolve(null))
                .isInstanceOf(ConfigException.class)
                .hasMessage("TRIBUTARY_OPERATIONS_REPLICAS = '99': replicas must be in 1..16, not 99");
    }

    @Test
    void variablesOfOtherProgramsAreNoErrors() {
        environment.put("TRIBUTARY_PORT", "tcp://10.0.0.1:1");
        assertThat(resolve(null)).isEqualTo(AppConfig.defaults());
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("node.toml"), content);
    }

    private AppConfig resolve(@Nullable Path file) {
        return new ConfigSources(flags, environment, file).resolve();
    }
}
