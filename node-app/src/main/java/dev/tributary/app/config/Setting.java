package dev.tributary.app.config;

import dev.tributary.app.storage.Durability;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.operation.OperationConfig;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.transport.client.access.AddressRange;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One thing that can be said about a node. The table {@link #ALL} is the only place that knows them: file keys, flags,
 * variables, defaults and help all follow from it.
 *
 * @param key in the file, with dots between tables, such as {@code storage.durability}
 * @param form what a value looks like, for the help
 * @param many whether it is a list: an array in the file, a repeated flag, else separated by commas
 * @param description one line, for the help
 * @param shown its value in a configuration, as text
 * @param read a configuration with the value that the text says; throws {@link IllegalArgumentException} that says what
 *     is allowed
 */
public record Setting(
        String key,
        String form,
        boolean many,
        String description,
        Function<AppConfig, String> shown,
        BiFunction<AppConfig, String, AppConfig> read) {

    static final PeerAddress LISTEN_DEFAULT = new PeerAddress("0.0.0.0", 7475);

    /** Where the node's key and contracts are. */
    public static final Setting DATA_DIRECTORY = one(
            "data-directory",
            "DIRECTORY",
            "holds the node's key and contracts",
            config -> HomePath.shown(config.dataDirectory()),
            (config, text) -> config.withDataDirectory(HomePath.parse(text)));

    /** How much is logged. */
    public static final Setting LOG_LEVEL = one(
            "log-level",
            forms(LogLevel.values()),
            "how much the node logs",
            config -> lower(config.logLevel()),
            (config, text) -> config.withLogLevel(constant(LogLevel.values(), text)));

    /** How costly an identity must be. */
    public static final Setting DIFFICULTY = one(
            "identity.difficulty",
            "BITS",
            "how costly an identity must be, this node's and its peers'; all of a network agree on it",
            config -> Integer.toString(config.transport().difficulty()),
            (config, text) -> config.withTransport(it -> it.difficulty(count(text))));

    /** All settings, in the order of the help. */
    public static final List<Setting> ALL = List.of(
            DATA_DIRECTORY,
            one(
                    "listen",
                    "HOST:PORT",
                    "where peers connect to; port 0 takes any free one",
                    config -> config.transport().listen().toString(),
                    (config, text) -> config.withTransport(it -> it.listen(PeerAddress.parse(text)))),
            new Setting(
                    "peers",
                    "[PEERID@]HOST:PORT",
                    true,
                    "gateways to join through, dialled while there are too few neighbours",
                    config -> config.peers().stream().map(Object::toString).collect(Collectors.joining(",")),
                    (config, text) ->
                            config.withPeers(items(text).map(PeerContact::parse).toList())),
            LOG_LEVEL,
            DIFFICULTY,
            one(
                    "ring.max-neighbours",
                    "COUNT",
                    "the most neighbours; lowers the least to it where that is more",
                    config -> Integer.toString(config.node().ring().maxNeighbours()),
                    (config, text) -> config.withRing(
                            it -> it.withNeighbours(Math.min(it.minNeighbours(), count(text)), count(text)))),
            one(
                    "ring.min-neighbours",
                    "COUNT",
                    "with fewer neighbours the node looks for more, and takes whoever comes",
                    config -> Integer.toString(config.node().ring().minNeighbours()),
                    (config, text) -> config.withRing(it -> it.withNeighbours(count(text), it.maxNeighbours()))),
            one(
                    "ring.per-prefix",
                    "COUNT",
                    "the most neighbours in one /24 of IPv4 or /48 of IPv6; private addresses are exempt",
                    config -> Integer.toString(config.node().ring().perPrefix()),
                    (config, text) -> config.withRing(it -> it.withPerPrefix(count(text)))),
            one(
                    "ring.guests",
                    "COUNT",
                    "peers that may look for neighbours through this node when it has no place for them",
                    config -> Integer.toString(config.node().ring().guests()),
                    (config, text) -> config.withRing(it -> it.withGuests(count(text)))),
            one(
                    "storage.durability",
                    forms(Durability.values()),
                    "what a commit waits for: the disk, or the operating system",
                    config -> lower(config.storage().durability()),
                    (config, text) -> config.withStorage(it -> it.withDurability(constant(Durability.values(), text)))),
            one(
                    "storage.inline-limit",
                    "SIZE",
                    "states above this size get a file of their own",
                    config -> Quantity.ofBytes(config.storage().inlineLimit()),
                    (config, text) -> config.withStorage(it -> it.withInlineLimit(Quantity.smallBytes(text)))),
            one(
                    "storage.pending-bytes",
                    "SIZE",
                    "how much may wait to be written before commits are refused",
                    config -> Quantity.ofBytes(config.storage().pendingBytes()),
                    (config, text) ->
                            config.withStorage(it -> it.withPending(it.pendingChanges(), Quantity.bytes(text)))),
            one(
                    "storage.cache",
                    "SIZE",
                    "memory for pages of the index, and as much for contract code",
                    config -> Quantity.ofBytes(config.storage().cacheBytes()),
                    (config, text) -> config.withStorage(it -> it.withCacheBytes(Quantity.bytes(text)))),
            one(
                    "operations.deadline",
                    "TIME",
                    "how long an operation may take in all",
                    config -> Quantity.of(operations(config).deadline()),
                    (config, text) -> config.withOperations(it -> it.withDeadline(Quantity.duration(text)))),
            one(
                    "operations.replicas",
                    "COUNT",
                    "copies that a put leaves around its contract's location",
                    config -> Integer.toString(operations(config).replicas()),
                    (config, text) -> config.withOperations(it -> it.withReplicas(count(text)))),
            one(
                    "operations.client-limit",
                    "COUNT",
                    "operations of this node's own clients at once",
                    config -> Integer.toString(operations(config).clientLimit()),
                    (config, text) -> config.withOperations(
                            it -> it.withLimits(count(text), it.strangerLimit(), it.linkCredits()))),
            one(
                    "operations.stranger-limit",
                    "COUNT",
                    "operations of other nodes at once",
                    config -> Integer.toString(operations(config).strangerLimit()),
                    (config, text) -> config.withOperations(
                            it -> it.withLimits(it.clientLimit(), count(text), it.linkCredits()))),
            one(
                    "hosting.bytes",
                    "SIZE",
                    "states and code that are hosted at most",
                    config -> Quantity.ofBytes(config.node().hosting().bytes()),
                    (config, text) -> config.withHosting(it -> it.withBytes(Quantity.bytes(text)))),
            one(
                    "hosting.contracts",
                    "COUNT",
                    "contracts that are hosted at most",
                    config -> Integer.toString(config.node().hosting().contracts()),
                    (config, text) -> config.withHosting(it -> it.withContracts(count(text)))),
            one(
                    "subscriptions.limit",
                    "COUNT",
                    "subscribers of this node at once, over all contracts",
                    config -> Integer.toString(config.node().subscriptions().subscribers()),
                    (config, text) -> config.withSubscriptions(it -> it.withSubscribers(count(text)))),
            one(
                    "subscriptions.per-contract",
                    "COUNT",
                    "subscribers of one contract at once",
                    config -> Integer.toString(config.node().subscriptions().perContract()),
                    (config, text) -> config.withSubscriptions(it -> it.withPerContract(count(text)))),
            one(
                    "subscriptions.contracts",
                    "COUNT",
                    "contracts with subscribers at once: each is hosted, whatever else is",
                    config -> Integer.toString(config.node().subscriptions().contracts()),
                    (config, text) -> config.withSubscriptions(it -> it.withContracts(count(text)))),
            one(
                    "contracts.state-limit",
                    "SIZE",
                    "the largest state",
                    config -> Quantity.ofBytes(config.node().contracts().stateBytes()),
                    (config, text) -> config.withContracts(it -> new ContractLimits(
                            Quantity.smallBytes(text),
                            it.codeBytes(),
                            it.parameterBytes(),
                            it.threads(),
                            it.queuedCalls()))),
            new Setting(
                    "client.address",
                    "IP",
                    true,
                    "where applications connect to; the first must be free, the others are welcome",
                    config -> String.join(",", config.clients().door().addresses()),
                    (config, text) -> config.withClients(it ->
                            it.withDoor(door -> door.withListen(items(text).toList(), door.port())))),
            one(
                    "client.port",
                    "PORT|off",
                    "the port for applications; 0 takes any free one, off serves none",
                    config -> config.clients().port(),
                    (config, text) -> config.withClients(it -> it.withPort(text))),
            new Setting(
                    "client.allowed-hosts",
                    "NAME",
                    true,
                    "further names that web pages may know this node by, those of a reverse proxy",
                    config -> String.join(",", config.clients().door().access().allowedHosts()),
                    (config, text) -> config.withClients(it -> it.withAccess(
                            access -> access.withAllowedHosts(items(text).toList())))),
            new Setting(
                    "client.allowed-sources",
                    "IP/BITS",
                    true,
                    "further addresses from where applications may connect; loopback and private ones always may",
                    config -> config.clients().door().access().allowedSources().stream()
                            .map(Object::toString)
                            .collect(Collectors.joining(",")),
                    (config, text) -> config.withClients(it -> it.withAccess(access -> access.withAllowedSources(
                            items(text).map(AddressRange::parse).toList())))),
            one(
                    "client.token-life",
                    "TIME",
                    "how long a web application may use the node after its page was loaded",
                    config -> Quantity.of(config.clients().door().access().tokenLife()),
                    (config, text) -> config.withClients(it -> it.withAccess(
                            access -> access.withTokenLife(Quantity.duration(text), access.tokenSweep())))),
            one(
                    "links.limit",
                    "COUNT",
                    "links to peers at once: neighbours, guests, and those that come or go",
                    config -> Integer.toString(config.transport().links()),
                    (config, text) -> config.withTransport(it -> it.links(count(text)))));

    /** Its name on the command line. */
    public String flag() {
        return "--" + key.replace('.', '-');
    }

    /** Its name in the environment. */
    public String variable() {
        return ConfigSources.VARIABLE_PREFIX
                + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static Setting one(
            String key,
            String form,
            String description,
            Function<AppConfig, String> shown,
            BiFunction<AppConfig, String, AppConfig> read) {
        return new Setting(key, form, false, description, shown, read);
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
                .orElseThrow(() -> new IllegalArgumentException("must be one of " + forms(constants)));
    }

    private static <E extends Enum<E>> String forms(E[] constants) {
        return Arrays.stream(constants).map(Setting::lower).collect(Collectors.joining("|"));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
