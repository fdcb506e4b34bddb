package dev.tributary.app.config;

import dev.tributary.app.storage.Durability;
import dev.tributary.app.storage.WhenDamaged;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.transport.client.access.AddressRange;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One setting of a node. The table {@link #ALL} lists all of them: file keys, flags, variables, defaults and help
 * follow from it.
 *
 * @param key key in the file, with dots between tables, such as {@code storage.durability}
 * @param type how the value is written, its unit and its range
 * @param description one line for the help
 * @param format formats the value of a configuration as text
 * @param parse returns a configuration with the value parsed from the text; throws {@link IllegalArgumentException} that
 *     names the allowed values
 */
public record Setting(
        String key,
        ValueType type,
        String description,
        Function<AppConfig, String> format,
        BiFunction<AppConfig, String, AppConfig> parse) {

    private static final long MIB = 1 << 20;

    static final PeerAddress LISTEN_DEFAULT = new PeerAddress("0.0.0.0", 7475);

    /** Directory of the node's key, contracts and peers. */
    public static final Setting DATA_DIRECTORY = new Setting(
            "data-directory",
            ValueType.text("DIRECTORY", "a path; ~ is the home directory"),
            "directory of the node's key, contracts and peers",
            config -> HomePath.format(config.dataDirectory()),
            (config, text) -> config.withDataDirectory(HomePath.parse(text)));

    /** Level of the node's log. */
    public static final Setting LOG_LEVEL = new Setting(
            "log-level",
            ValueType.choice(LogLevel.values()),
            "level of the node's log",
            config -> lower(config.logLevel()),
            (config, text) -> config.withLogLevel(constant(LogLevel.values(), text)));

    /** Difficulty of the puzzle behind an identity. */
    public static final Setting DIFFICULTY = new Setting(
            "identity.difficulty",
            ValueType.bits(0, 32),
            "puzzle difficulty of an identity, this node's and its peers'; the same on all nodes of a network",
            config -> Integer.toString(config.transport().network().difficulty()),
            (config, text) -> config.withNetwork(it -> it.withDifficulty(count(text))));

    /** All settings, in the order of the help. */
    public static final List<Setting> ALL = List.of(
            DATA_DIRECTORY,
            new Setting(
                    "network",
                    ValueType.text("NAME", "1 to 64 letters, digits, dots, hyphens and underscores"),
                    "name of the network; peers of another one are refused",
                    config -> config.transport().network().name(),
                    (config, text) -> config.withNetwork(it -> it.withName(text))),
            new Setting(
                    "listen",
                    ValueType.text("HOST:PORT", "a host name or IP address, and a port from 0 to 65535"),
                    "address for peers to connect to; port 0 takes any free port",
                    config -> config.transport().listen().toString(),
                    (config, text) -> config.withTransport(it -> it.withListen(PeerAddress.parse(text)))),
            new Setting(
                    "peers",
                    ValueType.list(
                            "[PEERID@]HOST:PORT", "host and port of each, optionally after the expected peer id"),
                    "gateways to join through, dialled while there are fewer neighbours than the minimum",
                    config -> config.peers().stream().map(Object::toString).collect(Collectors.joining(",")),
                    (config, text) ->
                            config.withPeers(items(text).map(PeerContact::parse).toList())),
            LOG_LEVEL,
            DIFFICULTY,
            new Setting(
                    "identity.when-missing",
                    ValueType.choice(WhenKeyMissing.values()),
                    "what a start does without a key file beside a store: refuse, or create a new identity",
                    config -> lower(config.whenKeyMissing()),
                    (config, text) -> config.withWhenKeyMissing(constant(WhenKeyMissing.values(), text))),
            new Setting(
                    "ring.max-neighbours",
                    ValueType.count(1, 1000),
                    "maximum number of neighbours; also lowers the minimum if that is greater",
                    config -> Integer.toString(config.node().ring().maxNeighbours()),
                    (config, text) -> config.withRing(
                            it -> it.withNeighbours(Math.min(it.minNeighbours(), count(text)), count(text)))),
            new Setting(
                    "ring.min-neighbours",
                    ValueType.count(1, 1000).and("at most ring.max-neighbours"),
                    "minimum number of neighbours; below it the node searches for more and accepts every peer",
                    config -> Integer.toString(config.node().ring().minNeighbours()),
                    (config, text) -> config.withRing(it -> it.withNeighbours(count(text), it.maxNeighbours()))),
            new Setting(
                    "ring.per-prefix",
                    ValueType.count(1, 1000),
                    "maximum number of neighbours in one IPv4 /24 or IPv6 /48; private addresses are exempt",
                    config -> Integer.toString(config.node().ring().maxPerPrefix()),
                    (config, text) -> config.withRing(it -> it.withMaxPerPrefix(count(text)))),
            new Setting(
                    "ring.transient-links",
                    ValueType.count(0, 65_536),
                    "maximum number of transient links: peers without a slot that search for neighbours here",
                    config -> Integer.toString(config.node().membership().maxTransientLinks()),
                    (config, text) -> config.withMembership(it -> it.withMaxTransientLinks(count(text)))),
            new Setting(
                    "storage.durability",
                    ValueType.choice(Durability.values()),
                    "whether a commit waits for the disk (sync) or for the operating system (buffered)",
                    config -> lower(config.storage().durability()),
                    (config, text) -> config.withStorage(it -> it.withDurability(constant(Durability.values(), text)))),
            new Setting(
                    "storage.when-damaged",
                    ValueType.choice(WhenDamaged.values()),
                    "what a start does with an index that is damaged, missing or older than it was: refuse, or continue with"
                            + " what is readable",
                    config -> lower(config.storage().whenDamaged()),
                    (config, text) ->
                            config.withStorage(it -> it.withWhenDamaged(constant(WhenDamaged.values(), text)))),
            new Setting(
                    "storage.inline-limit",
                    ValueType.size(0, MIB),
                    "states above this size get a file of their own",
                    config -> Quantity.ofBytes(config.storage().inlineLimit()),
                    (config, text) -> config.withStorage(it -> it.withInlineLimit(Quantity.smallBytes(text)))),
            new Setting(
                    "storage.pending-bytes",
                    ValueType.size(1, Long.MAX_VALUE),
                    "maximum size of pending writes, less on a small heap; beyond it commits are refused",
                    config -> Quantity.ofBytes(config.storage().pendingBytes()),
                    (config, text) -> config.withStorage(it -> it.withPendingBytes(Quantity.bytes(text)))),
            new Setting(
                    "storage.cache",
                    ValueType.size(MIB, MIB << 20),
                    "memory for index pages, and the same amount again for contract code; less on a small heap",
                    config -> Quantity.ofBytes(config.storage().cacheBytes()),
                    (config, text) -> config.withStorage(it -> it.withCacheBytes(Quantity.bytes(text)))),
            new Setting(
                    "operations.deadline",
                    ValueType.time(Duration.ofMillis(1)),
                    "maximum duration of an operation; a large state has the time of its bytes at 20 KiB/s on top",
                    config -> Quantity.of(operations(config).deadline()),
                    (config, text) -> config.withOperations(it -> it.withDeadline(Quantity.duration(text)))),
            new Setting(
                    "operations.replicas",
                    ValueType.count(1, 16),
                    "number of replicas that a put leaves around the contract's location",
                    config -> Integer.toString(operations(config).replicas()),
                    (config, text) -> config.withOperations(it -> it.withReplicas(count(text)))),
            new Setting(
                    "operations.client-limit",
                    ValueType.count(1, 1 << 20),
                    "maximum number of concurrent operations of this node's clients",
                    config -> Integer.toString(operations(config).limits().clientOperations()),
                    (config, text) -> config.withOperations(
                            it -> it.withLimits(it.limits().withClientOperations(count(text))))),
            new Setting(
                    "operations.remote-limit",
                    ValueType.count(1, 1 << 20),
                    "maximum number of concurrent operations of other nodes",
                    config -> Integer.toString(operations(config).limits().remoteOperations()),
                    (config, text) -> config.withOperations(
                            it -> it.withLimits(it.limits().withRemoteOperations(count(text))))),
            new Setting(
                    "hosting.bytes",
                    ValueType.size(MIB, Long.MAX_VALUE),
                    "maximum size of hosted states and code",
                    config -> Quantity.ofBytes(config.node().hosting().bytes()),
                    (config, text) -> config.withHosting(it -> it.withBytes(Quantity.bytes(text)))),
            new Setting(
                    "hosting.contracts",
                    ValueType.count(1, 1 << 24),
                    "maximum number of hosted contracts; fewer if the heap has no room for their table",
                    config -> Integer.toString(config.node().hosting().contracts()),
                    (config, text) -> config.withHosting(it -> it.withContracts(count(text)))),
            new Setting(
                    "hosting.disk-share",
                    ValueType.count(1, 100),
                    "maximum percentage of the disk for hosted contracts: of what they occupy and what is free together",
                    config -> Integer.toString(config.node().hosting().diskShare()),
                    (config, text) -> config.withHosting(it -> it.withDiskShare(count(text)))),
            new Setting(
                    "hosting.scrub-rate",
                    ValueType.size(0, MIB << 20),
                    "bytes a second that are read to find damaged copies; 0 turns that off",
                    config -> Quantity.ofBytes(config.node().hosting().scrubRate()),
                    (config, text) -> config.withHosting(it -> it.withScrubRate(Quantity.bytes(text)))),
            new Setting(
                    "hosting.scrub-interval",
                    ValueType.time(Duration.ofMinutes(1)),
                    "pause between two passes over all copies",
                    config -> Quantity.of(config.node().hosting().scrubInterval()),
                    (config, text) -> config.withHosting(it -> it.withScrubInterval(Quantity.duration(text)))),
            new Setting(
                    "subscriptions.limit",
                    ValueType.count(1, 1 << 24),
                    "maximum number of subscribers of this node, over all contracts",
                    config -> Integer.toString(config.node().subscriptions().subscribers()),
                    (config, text) -> config.withSubscriptions(it -> it.withSubscribers(count(text)))),
            new Setting(
                    "subscriptions.per-contract",
                    ValueType.count(1, 1 << 24),
                    "maximum number of subscribers of one contract",
                    config -> Integer.toString(config.node().subscriptions().perContract()),
                    (config, text) -> config.withSubscriptions(it -> it.withPerContract(count(text)))),
            new Setting(
                    "subscriptions.contracts",
                    ValueType.count(1, 1 << 20),
                    "maximum number of contracts with subscribers; these are never evicted",
                    config -> Integer.toString(config.node().subscriptions().contracts()),
                    (config, text) -> config.withSubscriptions(it -> it.withContracts(count(text)))),
            new Setting(
                    "contracts.state-limit",
                    ValueType.size(1, 50 * MIB),
                    "maximum size of a state",
                    config -> Quantity.ofBytes(config.node().contracts().stateBytes()),
                    (config, text) -> config.withContracts(it -> it.withStateBytes(Quantity.smallBytes(text)))),
            new Setting(
                    "client.address",
                    ValueType.list("IP", "IP addresses of this machine"),
                    "addresses for applications to connect to; the first must be bound, the others are optional",
                    config ->
                            String.join(",", config.clients().server().listen().addresses()),
                    (config, text) -> config.withClients(it -> it.withServer(server -> server.withListen(
                            server.listen().withAddresses(items(text).toList()))))),
            new Setting(
                    "client.port",
                    ValueType.text("PORT|off", "0 to 65535, or off"),
                    "port for applications; 0 takes any free port, off serves none",
                    config -> config.clients().port(),
                    (config, text) -> config.withClients(it -> it.withPort(text))),
            new Setting(
                    "client.allowed-hosts",
                    ValueType.list("NAME", "host names or addresses, with or without port"),
                    "further host names under which web pages may reach this node, such as those of a reverse proxy",
                    config ->
                            String.join(",", config.clients().server().access().allowedHosts()),
                    (config, text) -> config.withClients(it -> it.withAccess(
                            access -> access.withAllowedHosts(items(text).toList())))),
            new Setting(
                    "client.allowed-sources",
                    ValueType.list("IP/BITS", "IP addresses or prefixes"),
                    "further source addresses of applications; loopback and private addresses are always allowed",
                    config -> config.clients().server().access().allowedSources().stream()
                            .map(Object::toString)
                            .collect(Collectors.joining(",")),
                    (config, text) -> config.withClients(it -> it.withAccess(access -> access.withAllowedSources(
                            items(text).map(AddressRange::parse).toList())))),
            new Setting(
                    "client.token-lifetime",
                    ValueType.time(Duration.ofMillis(1), Duration.ofDays(3650)),
                    "maximum time that a web application may use the node after its page was loaded",
                    config -> Quantity.of(config.clients().server().access().tokenLifetime()),
                    (config, text) -> config.withClients(
                            it -> it.withAccess(access -> access.withTokenLifetime(Quantity.duration(text))))),
            new Setting(
                    "links.limit",
                    ValueType.count(1, 65_536).and("at least ring.max-neighbours + ring.transient-links + 64"),
                    "maximum number of links to peers: neighbours, transient links, and links that open or close",
                    config -> Integer.toString(config.transport().links().max()),
                    (config, text) ->
                            config.withTransport(it -> it.withLinks(it.links().withMax(count(text))))));

    /** The flag on the command line. */
    public String flag() {
        return "--" + key.replace('.', '-');
    }

    /** The environment variable. */
    public String variable() {
        return ConfigSources.VARIABLE_PREFIX
                + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static OperationConfig operations(AppConfig config) {
        return config.node().operations();
    }

    private static Stream<String> items(String text) {
        return Arrays.stream(text.split(",", -1)).map(String::strip).filter(item -> !item.isEmpty());
    }

    private static int count(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a whole number", e);
        }
    }

    private static <E extends Enum<E>> E constant(E[] constants, String text) {
        return Arrays.stream(constants)
                .filter(constant -> lower(constant).equals(text.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "must be one of " + ValueType.choice(constants).placeholder()));
    }

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
