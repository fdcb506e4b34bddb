package dev.tributary.app.config;

import dev.tributary.app.storage.StorageConfig;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.hosting.HostingConfig;
import dev.tributary.core.membership.MembershipConfig;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.subscription.SubscriptionConfig;
import dev.tributary.core.value.PeerContact;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.peer.PeerTransportConfig;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Configuration of a node process. {@link Setting} lists the parts that flags, environment variables and the file can
 * change.
 *
 * @param dataDirectory directory of the node's key, contracts and peers; used by one process at a time
 * @param peers gateways, dialled while the node has fewer neighbours than its minimum
 * @param whenKeyMissing whether a node whose key is lost starts with a new identity
 * @param logLevel level of the node's own loggers
 * @param clients whether and how applications are served
 */
@RecordBuilder
public record AppConfig(
        Path dataDirectory,
        List<PeerContact> peers,
        WhenKeyMissing whenKeyMissing,
        LogLevel logLevel,
        StorageConfig storage,
        NodeConfig node,
        PeerTransportConfig transport,
        ClientConfig clients)
        implements AppConfigBuilder.With {

    /** Number of links reserved for handshakes and closing links, beyond neighbours and transient links. */
    private static final int SPARE_LINKS = 64;

    public AppConfig {
        peers = List.copyOf(peers);
    }

    /** A node that listens on all interfaces, has no gateways, and stores its data below the user's home directory. */
    public static AppConfig defaults() {
        return AppConfigBuilder.builder()
                .dataDirectory(Path.of(System.getProperty("user.home"), ".tributary"))
                .peers(List.of())
                .whenKeyMissing(WhenKeyMissing.REFUSE)
                .logLevel(LogLevel.INFO)
                .storage(StorageConfig.defaults())
                .node(NodeConfig.defaults())
                .transport(PeerTransportConfig.defaults()
                        .withListen(Setting.LISTEN_DEFAULT)
                        .withNetwork(
                                PeerTransportConfig.Network.defaults().withDifficulty(NodeIdentity.PUBLIC_DIFFICULTY)))
                .clients(ClientConfig.defaults())
                .build();
    }

    /** Returns this configuration; throws {@link ConfigException} that names settings that contradict each other. */
    AppConfig validated() {
        RingConfig ring = node.ring();
        int transientLinks = node.membership().maxTransientLinks();
        int needed = ring.maxNeighbours() + transientLinks + SPARE_LINKS;
        int links = transport.links().max();
        if (links < needed) {
            throw new ConfigException("links.limit = " + links + " is too few for ring.max-neighbours = "
                    + ring.maxNeighbours() + " and ring.transient-links = " + transientLinks + ": with " + SPARE_LINKS
                    + " more for links that open or close, it must be at least " + needed);
        }
        return this;
    }

    AppConfig withStorage(UnaryOperator<StorageConfig> change) {
        return withStorage(change.apply(storage));
    }

    AppConfig withOperations(UnaryOperator<OperationConfig> change) {
        return withNode(node.withOperations(change.apply(node.operations())));
    }

    AppConfig withRing(UnaryOperator<RingConfig> change) {
        return withNode(node.withRing(change.apply(node.ring())));
    }

    AppConfig withMembership(UnaryOperator<MembershipConfig> change) {
        return withNode(node.withMembership(change.apply(node.membership())));
    }

    AppConfig withContracts(UnaryOperator<ContractLimits> change) {
        return withNode(node.withContracts(change.apply(node.contracts())));
    }

    AppConfig withHosting(UnaryOperator<HostingConfig> change) {
        return withNode(node.withHosting(change.apply(node.hosting())));
    }

    AppConfig withSubscriptions(UnaryOperator<SubscriptionConfig> change) {
        return withNode(node.withSubscriptions(change.apply(node.subscriptions())));
    }

    AppConfig withTransport(UnaryOperator<PeerTransportConfig> change) {
        return withTransport(change.apply(transport));
    }

    AppConfig withNetwork(UnaryOperator<PeerTransportConfig.Network> change) {
        return withTransport(transport.withNetwork(change.apply(transport.network())));
    }

    AppConfig withClients(UnaryOperator<ClientConfig> change) {
        return withClients(change.apply(clients));
    }

    /** The same, with the program version that clients are told. */
    public AppConfig withVersion(String version) {
        return withClients(it -> it.withServer(server -> server.withVersion(version)));
    }
}
