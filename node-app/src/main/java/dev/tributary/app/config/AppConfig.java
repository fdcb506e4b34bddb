package dev.tributary.app.config;

import dev.tributary.app.storage.StorageConfig;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.hosting.HostingConfig;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.membership.MembershipConfig;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.subscription.SubscriptionConfig;
import dev.tributary.core.value.PeerContact;
import dev.tributary.transport.peer.PeerTransportConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Configuration of a node process. {@link Setting} lists the parts that flags, environment variables and the file can
 * change.
 *
 * @param dataDirectory directory of the node's key, contracts and peers; used by one process at a time
 * @param peers gateways, dialled while the node has fewer neighbours than its minimum
 * @param logLevel level of the node's own loggers
 * @param clients whether and how applications are served
 */
public record AppConfig(
        Path dataDirectory,
        List<PeerContact> peers,
        LogLevel logLevel,
        StorageConfig storage,
        NodeConfig node,
        PeerTransportConfig transport,
        ClientConfig clients) {

    /** Number of links reserved for handshakes and closing links, beyond neighbours and transient links. */
    private static final int SPARE_LINKS = 64;

    public AppConfig {
        peers = List.copyOf(peers);
    }

    /** A node that listens on all interfaces, has no gateways, and stores its data below the user's home directory. */
    public static AppConfig defaults() {
        return new AppConfig(
                Path.of(System.getProperty("user.home"), ".tributary"),
                List.of(),
                LogLevel.INFO,
                StorageConfig.defaults(),
                NodeConfig.defaults(),
                PeerTransportConfig.defaults()
                        .listen(Setting.LISTEN_DEFAULT)
                        .difficulty(PeerTransportConfig.PUBLIC_DIFFICULTY),
                ClientConfig.defaults());
    }

    /** Returns this configuration; throws {@link ConfigException} that names settings that contradict each other. */
    AppConfig validated() {
        RingConfig ring = node.ring();
        int transientLinks = node.membership().maxTransientLinks();
        int needed = ring.maxNeighbours() + transientLinks + SPARE_LINKS;
        if (transport.maxLinks() < needed) {
            throw new ConfigException("links.limit = " + transport.maxLinks() + " is too few for ring.max-neighbours = "
                    + ring.maxNeighbours() + " and ring.transient-links = " + transientLinks + ": with " + SPARE_LINKS
                    + " more for links that open or close, it must be at least " + needed);
        }
        return this;
    }

    AppConfig withDataDirectory(Path changed) {
        return new AppConfig(changed, peers, logLevel, storage, node, transport, clients);
    }

    AppConfig withPeers(List<PeerContact> changed) {
        return new AppConfig(dataDirectory, changed, logLevel, storage, node, transport, clients);
    }

    AppConfig withLogLevel(LogLevel changed) {
        return new AppConfig(dataDirectory, peers, changed, storage, node, transport, clients);
    }

    AppConfig withStorage(UnaryOperator<StorageConfig> change) {
        return new AppConfig(dataDirectory, peers, logLevel, change.apply(storage), node, transport, clients);
    }

    AppConfig withOperations(UnaryOperator<OperationConfig> change) {
        NodeConfig changed = node.withOperations(change.apply(node.operations()));
        return new AppConfig(dataDirectory, peers, logLevel, storage, changed, transport, clients);
    }

    AppConfig withRing(UnaryOperator<RingConfig> change) {
        NodeConfig changed = node.withRing(change.apply(node.ring()));
        return new AppConfig(dataDirectory, peers, logLevel, storage, changed, transport, clients);
    }

    AppConfig withMembership(UnaryOperator<MembershipConfig> change) {
        NodeConfig changed = node.withMembership(change.apply(node.membership()));
        return new AppConfig(dataDirectory, peers, logLevel, storage, changed, transport, clients);
    }

    AppConfig withContracts(UnaryOperator<ContractLimits> change) {
        NodeConfig changed = node.withContracts(change.apply(node.contracts()));
        return new AppConfig(dataDirectory, peers, logLevel, storage, changed, transport, clients);
    }

    AppConfig withHosting(UnaryOperator<HostingConfig> change) {
        NodeConfig changed = node.withHosting(change.apply(node.hosting()));
        return new AppConfig(dataDirectory, peers, logLevel, storage, changed, transport, clients);
    }

    AppConfig withSubscriptions(UnaryOperator<SubscriptionConfig> change) {
        NodeConfig changed = node.withSubscriptions(change.apply(node.subscriptions()));
        return new AppConfig(dataDirectory, peers, logLevel, storage, changed, transport, clients);
    }

    AppConfig withTransport(UnaryOperator<PeerTransportConfig> change) {
        return new AppConfig(dataDirectory, peers, logLevel, storage, node, change.apply(transport), clients);
    }

    AppConfig withClients(UnaryOperator<ClientConfig> change) {
        return new AppConfig(dataDirectory, peers, logLevel, storage, node, transport, change.apply(clients));
    }

    /** The same, with the program version that clients are told. */
    public AppConfig withVersion(String version) {
        return withClients(it -> it.withServer(server -> server.withVersion(version)));
    }
}
