package dev.tributary.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.app.storage.Durability;
import dev.tributary.core.membership.MembershipConfig;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.subscription.SubscriptionConfig;
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
    void flagOverridesEnvironmentOverridesFileOverridesDefault() throws IOException {
        Path file = file("log-level = 'warn'");
        assertThat(resolve(null).logLevel()).isEqualTo(LogLevel.INFO);
        assertThat(resolve(file).logLevel()).isEqualTo(LogLevel.WARN);
        environment.put("TRIBUTARY_LOG_LEVEL", "debug");
        assertThat(resolve(file).logLevel()).isEqualTo(LogLevel.DEBUG);
        flags.put(Setting.LOG_LEVEL, "error");
        assertThat(resolve(file).logLevel()).isEqualTo(LogLevel.ERROR);
    }

    @Test
    void environmentVariableNamesConfigurationFile() throws IOException {
        environment.put(ConfigSources.FILE_VARIABLE, file("log-level = 'warn'").toString());
        assertThat(resolve(null).logLevel()).isEqualTo(LogLevel.WARN);
    }

    @Test
    void fileSetsAllKindsOfSettings() throws IOException {
        AppConfig config = resolve(file("""
            data-directory = "/var/lib/tributary"
            listen = "[::1]:7000"
            peers = ["one.example:1", "two.example:2"]

            [identity]
            difficulty = 20

            [ring]
            min-neighbours = 30
            max-neighbours = 100
            per-prefix = 5
            transient-links = 10

            [storage]
            durability = "buffered"
            inline-limit = "64 KiB"
            cache = 8388608

            [operations]
            deadline = "5 s"
            replicas = 2

            [subscriptions]
            limit = 1000
            per-contract = 100
            contracts = 50
            """));
        assertThat(config.dataDirectory()).isEqualTo(Path.of("/var/lib/tributary"));
        assertThat(config.transport().listen()).hasToString("[::1]:7000");
        assertThat(config.peers()).extracting(Object::toString).containsExactly("one.example:1", "two.example:2");
        assertThat(config.transport().network().difficulty()).isEqualTo(20);
        assertThat(config.node().ring())
                .isEqualTo(RingConfig.defaults().withNeighbours(30, 100).withMaxPerPrefix(5));
        assertThat(config.node().membership())
                .isEqualTo(MembershipConfig.defaults().withMaxTransientLinks(10));
        assertThat(config.storage().durability()).isEqualTo(Durability.BUFFERED);
        assertThat(config.storage().inlineLimit()).isEqualTo(64 << 10);
        assertThat(config.storage().cacheBytes()).isEqualTo(8 << 20);
        assertThat(config.node().operations().deadline()).hasSeconds(5);
        assertThat(config.node().operations().replicas()).isEqualTo(2);
        assertThat(config.node().subscriptions()).isEqualTo(new SubscriptionConfig(1000, 100, 50));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[storage] / durabilty = 'sync';      :2: unknown setting 'storage.durabilty' (did you mean 'storage.durability'?)",
                "colour = 'red';                      :1: unknown setting 'colour'",
                "x = 1 / [storage] / y = 2;           :1: unknown setting 'x'",
                "# hello / log-level = 'loud';        :2: log-level = 'loud': must be one of error|warn|info|debug|trace",
                "[storage] / inline-limit = '9 MiB';  :2: storage.inline-limit = '9 MiB': inlineLimit must be in 0..1048576",
                "storage.cache = '8 XB';              :1: storage.cache = '8 XB': must be a whole number of bytes",
                "storage.cache = 1.5;                 :1: storage.cache = 1.5: must be a string or an integer",
                "subscriptions.limit = 0;             :1: subscriptions.limit = '0': subscribers must be in 1..16777216",
                "peers = ['nowhere'];                 :1: peers = 'nowhere': 'nowhere' is not an address: use host:port",
                "log-level = ;                        :1: invalid TOML",
            })
    void fileErrorNamesLineKeyValueAndAllowedValues(String content, String message) throws IOException {
        Path file = file(content.replace(" / ", "\n"));
        assertThatThrownBy(() -> resolve(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(file + message);
    }

    @Test
    void maximumOfNeighboursLowersMinimum() {
        environment.put("TRIBUTARY_RING_MAX_NEIGHBOURS", "10");
        assertThat(resolve(null).node().ring()).isEqualTo(RingConfig.defaults().withNeighbours(10, 10));
    }

    @Test
    void linkLimitBelowNeighbourLimitsIsRefusedAndSettingsAreNamed() {
        environment.put("TRIBUTARY_LINKS_LIMIT", "100");
        assertThatThrownBy(() -> resolve(null))
                .isInstanceOf(ConfigException.class)
                .hasMessage("links.limit = 100 is too few for ring.max-neighbours = 200 and ring.transient-links = 256:"
                        + " with 64 more for links that open or close, it must be at least 520");
        environment.put("TRIBUTARY_RING_MAX_NEIGHBOURS", "20");
        environment.put("TRIBUTARY_RING_TRANSIENT_LINKS", "16");
        assertThat(resolve(null).transport().links().max()).isEqualTo(100);
    }

    @Test
    void missingFileIsAnError() {
        Path missing = directory.resolve("missing.toml");
        assertThatThrownBy(() -> resolve(missing))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(missing + " does not exist");
    }

    @Test
    void environmentErrorNamesVariable() {
        environment.put("TRIBUTARY_OPERATIONS_REPLICAS", "99");
        assertThatThrownBy(() -> resolve(null))
                .isInstanceOf(ConfigException.class)
                .hasMessage("TRIBUTARY_OPERATIONS_REPLICAS = '99': replicas must be in 1..16, not 99");
    }

    @Test
    void variablesOfOtherProgramsAreIgnored() {
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
