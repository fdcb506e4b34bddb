package dev.tributary.app.config;

import dev.tributary.app.storage.Durability;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.request.OperationConfig;
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
 * One setting of a node. The table {@link #ALL} lists all of them: file keys, flags, variables, defaults and help
 * follow from it.
 *
 * @param key key in the file, with dots between tables, such as {@code storage.durability}
 * @param placeholder placeholder of the value in the help
 * @param isList whether the value is a list: an array in the file, a repeated flag, or separated by commas
 * @param description one line for the help
 * @param format formats the value of a configuration as text
 * @param parse returns a configuration with the value parsed from the text; throws {@link IllegalArgumentException} that
 *     names the allowed values
 */
public record Setting(
        String key,
        String placeholder,
        boolean isList,
        String description,
        Function<AppConfig, String> format,
        BiFunction<AppConfig, String, AppConfig> parse) {

    static final PeerAddress LISTEN_DEFAULT = new PeerAddress("0.0.0.0", 7475);

    /** Directory of the node's key, contracts and peers. */
    public static final Setting DATA_DIRECTORY = one(
            "data-directory",
            "DIRECTORY",
            "directory of the node's key, contracts and peers",
            config -> HomePath.format(config.dataDirectory()),
            (config, text) -> config.withDataDirectory(HomePath.parse(text)));

    /** Level of the node's log. */
    public static final Setting LOG_LEVEL = one(
            "log-level",
            forms(LogLevel.values()),
            "level of the node's log",
            config -> lower(config.logLevel()),
            (config, text) -> config.withLogLevel(constant(LogLevel.values(), text)));

    /** Difficulty of the puzzle behind an identity. */
    public static final Setting DIFFICULTY = one(
            "identity.difficulty",
            "BITS",
            "puzzle difficulty of an identity, this node's and its peers'; the same on all nodes of a network",
            config -> Integer.toString(config.transport().difficulty()),
            (config, text) -> config.withTransport(it -> it.difficulty(count(text))));

    /** All settings, in the order of the help. */
    public static final List<Setting> ALL = List.of(
            DATA_DIRECTORY,
            one(
                    "listen",
                    "HOST:PORT",
                    "address for peers to connect to; port 0 takes any free port",
                    config -> config.transport().listen().toString(),
                    (config, text) -> config.withTransport(it -> it.listen(PeerAddress.parse(text)))),
            new Setting(
                    "peers",
                    "[PEERID@]HOST:PORT",
                    true,
                    "gateways to join through, dialled while there are fewer neighbours than the minimum",
                    config -> config.peers().stream().map(Object::toString).collect(Collectors.joining(",")),
                    (config, text) ->
                            config.withPeers(items(text).map(PeerContact::parse).toList())),
            LOG_LEVEL,
            DIFFICULTY,
            one(
                    "ring.max-neighbours",
                    "COUNT",
                    "maximum number of neighbours; also lowers the minimum if that is greater",
                    config -> Integer.toString(config.node().ring().maxNeighbours()),
                    (config, text) -> config.withRing(
                            it -> it.withNeighbours(Math.min(it.minNeighbours(), count(text)), count(text)))),
            one(
                    "ring.min-neighbours",
                    "COUNT",
                    "minimum number of neighbours; below it the node searches for more and accepts every peer",
                    config -> Integer.toString(config.node().ring().minNeighbours()),
                    (config, text) -> config.withRing(it -> it.withNeighbours(count(text), it.maxNeighbours()))),
            one(
                    "ring.per-prefix",
                    "COUNT",
                    "maximum number of neighbours in one IPv4 /24 or IPv6 /48; private addresses are exempt",
                    config -> Integer.toString(config.node().ring().maxPerPrefix()),
                    (config, text) -> config.withRing(it -> it.withMaxPerPrefix(count(text)))),
            one(
                    "ring.transient-links",
                    "COUNT",
                    "maximum number of transient links: peers without a slot that search for neighbours here",
                    config -> Integer.toString(config.node().membership().maxTransientLinks()),
                    (config, text) -> config.withMembership(it -> it.withMaxTransientLinks(count(text)))),
            one(
                    "storage.durability",
                    forms(Durability.values()),
                    "whether a commit waits for the disk (sync) or for the operating system (buffered)",
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
                    "maximum size of pending writes; beyond it commits are refused",
                    config -> Quantity.ofBytes(config.storage().pendingBytes()),
                    (config, text) ->
                            config.withStorage(it -> it.withPending(it.pendingChanges(), Quantity.bytes(text)))),
            one(
                    "storage.cache",
                    "SIZE",
                    "memory for index pages, and the same amount again for contract code",
                    config -> Quantity.ofBytes(config.storage().cacheBytes()),
                    (config, text) -> config.withStorage(it -> it.withCacheBytes(Quantity.bytes(text)))),
            one(
                    "operations.deadline",
                    "TIME",
                    "maximum duration of an operation",
                    config -> Quantity.of(operations(config).deadline()),
                    (config, text) -> config.withOperations(it -> it.withDeadline(Quantity.duration(text)))),
            one(
                    "operations.replicas",
                    "COUNT",
                    "number of replicas that a put leaves around the contract's location",
                    config -> Integer.toString(operations(config).replicas()),
                    (config, text) -> config.withOperations(it -> it.withReplicas(count(text)))),
            one(
                    "operations.client-limit",
                    "COUNT",
                    "maximum number of concurrent operations of this node's clients",
                    config -> Integer.toString(operations(config).clientLimit()),
                    (config, text) -> config.withOperations(
                            it -> it.withLimits(count(text), it.remoteLimit(), it.linkCredits()))),
            one(
                    "operations.remote-limit",
                    "COUNT",
                    "maximum number of concurrent operations of other nodes",
                    config -> Integer.toString(operations(config).remoteLimit()),
                    (config, text) -> config.withOperations(
                            it -> it.withLimits(it.clientLimit(), count(text), it.linkCredits()))),
            one(
                    "hosting.bytes",
                    "SIZE",
                    "maximum size of hosted states and code",
                    config -> Quantity.ofBytes(config.node().hosting().bytes()),
                    (config, text) -> config.withHosting(it -> it.withBytes(Quantity.bytes(text)))),
            one(
                    "hosting.contracts",
                    "COUNT",
                    "maximum number of hosted contracts",
                    config -> Integer.toString(config.node().hosting().contracts()),
                    (config, text) -> config.withHosting(it -> it.withContracts(count(text)))),
            one(
                    "subscriptions.limit",
                    "COUNT",
                    "maximum number of subscribers of this node, over all contracts",
                    config -> Integer.toString(config.node().subscriptions().subscribers()),
                    (config, text) -> config.withSubscriptions(it -> it.withSubscribers(count(text)))),
            one(
                    "subscriptions.per-contract",
                    "COUNT",
                    "maximum number of subscribers of one contract",
                    config -> Integer.toString(config.node().subscriptions().perContract()),
                    (config, text) -> config.withSubscriptions(it -> it.withPerContract(count(text)))),
            one(
                    "subscriptions.contracts",
                    "COUNT",
                    "maximum number of contracts with subscribers; these are never evicted",
                    config -> Integer.toString(config.node().subscriptions().contracts()),
                    (config, text) -> config.withSubscriptions(it -> it.withContracts(count(text)))),
            one(
                    "contracts.state-limit",
                    "SIZE",
                    "maximum size of a state",
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
                    "addresses for applications to connect to; the first must be bound, the others are optional",
                    config -> String.join(",", config.clients().server().addresses()),
                    (config, text) -> config.withClients(it ->
                            it.withServer(server -> server.withListen(items(text).toList(), server.port())))),
            one(
                    "client.port",
                    "PORT|off",
                    "port for applications; 0 takes any free port, off serves none",
                    config -> config.clients().port(),
                    (config, text) -> config.withClients(it -> it.withPort(text))),
            new Setting(
                    "client.allowed-hosts",
                    "NAME",
                    true,
                    "further host names under which web pages may reach this node, such as those of a reverse proxy",
                    config ->
                            String.join(",", config.clients().server().access().allowedHosts()),
                    (config, text) -> config.withClients(it -> it.withAccess(
                            access -> access.withAllowedHosts(items(text).toList())))),
            new Setting(
                    "client.allowed-sources",
                    "IP/BITS",
                    true,
                    "further source addresses of applications; loopback and private addresses are always allowed",
                    config -> config.clients().server().access().allowedSources().stream()
                            .map(Object::toString)
                            .collect(Collectors.joining(",")),
                    (config, text) -> config.withClients(it -> it.withAccess(access -> access.withAllowedSources(
                            items(text).map(AddressRange::parse).toList())))),
            one(
                    "client.token-lifetime",
                    "TIME",
                    "maximum time that a web application may use the node after its page was loaded",
                    config -> Quantity.of(config.clients().server().access().tokenLifetime()),
                    (config, text) -> config.withClients(it -> it.withAccess(
                            access -> access.withTokenLifetime(Quantity.duration(text), access.tokenSweepInterval())))),
            one(
                    "links.limit",
                    "COUNT",
                    "maximum number of links to peers: neighbours, transient links, and links that open or close",
                    config -> Integer.toString(config.transport().maxLinks()),
                    (config, text) -> config.withTransport(it -> it.maxLinks(count(text)))));

    /** The flag on the command line. */
    public String flag() {
        return "--" + key.replace('.', '-');
    }

    /** The environment variable. */
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
