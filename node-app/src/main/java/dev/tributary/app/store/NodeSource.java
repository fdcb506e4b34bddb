package dev.tributary.app.store;

import dev.tributary.app.archive.ArchiveException;
import dev.tributary.app.archive.ContractSource;
import dev.tributary.app.archive.Defect;
import dev.tributary.app.archive.TransferredContract;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.StateDigest;
import dev.tributary.transport.client.remote.NodeClient;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The contracts that a running node stores, read from its store without asking other nodes. */
final class NodeSource implements ContractSource {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int BUSY = 503;

    /** Number of retries while the node is busy, and the pause before the first; each further pause is twice as long. */
    private static final int RETRIES = 8;

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final NodeClient node;

    /** The code that was read last: contracts of one code are read one after the other. */
    private @Nullable ContractCode recentCode;

    NodeSource(NodeClient node) {
        this.node = node;
    }

    @Override
    public Listing list() {
        NodeClient.Page page = fetch("/store/contracts");
        if (page.status() != OK) {
            throw new ArchiveException("the node does not show its store, status " + page.status()
                    + (page.status() == NOT_FOUND ? ": it is of an earlier version, upgrade it" : ""));
        }
        try {
            JsonNode listing = JSON.readTree(page.content().toUtf8());
            List<StoreEntry> entries = new ArrayList<>();
            listing.path("contracts").forEach(each -> entries.add(entry(each)));
            Set<ContractInstanceId> listed = new HashSet<>();
            entries.forEach(entry -> listed.add(entry.key().id()));
            List<ContractInstanceId> unreadable = new ArrayList<>();
            for (JsonNode each : listing.path("ids")) {
                ContractInstanceId id = ContractInstanceId.parse(each.asString());
                if (!listed.contains(id)) {
                    unreadable.add(id);
                }
            }
            List<Defect> hidden = new ArrayList<>();
            listing.path("hidden")
                    .forEach(each -> hidden.add(new Defect(
                            each.path("contracts").asString(""),
                            each.path("reason").asString(""))));
            return new Listing(entries, unreadable, hidden);
        } catch (JacksonException | IllegalArgumentException | DateTimeException malformed) {
            throw new ArchiveException(
                    "the node's list of contracts is malformed: " + malformed.getMessage(), malformed);
        }
    }

    private static StoreEntry entry(JsonNode each) {
        return new StoreEntry(
                new ContractKey(
                        ContractInstanceId.parse(each.path("key").asString("")),
                        CodeHash.parse(each.path("codeHash").asString(""))),
                new StateDigest(
                        Bytes.wrap(HexFormat.of().parseHex(each.path("sha256").asString("")))),
                each.path("bytes").asInt(),
                each.path("codeBytes").asInt(),
                Instant.parse(each.path("changed").asString("")),
                new Demand(
                        each.path("clientPut").asBoolean(),
                        each.path("pinned").asBoolean(),
                        Instant.parse(each.path("requested").asString("")),
                        Double.parseDouble(each.path("weight").asString(""))));
    }

    @Override
    public Optional<StoredContract> read(ContractInstanceId id) {
        NodeClient.Page page = fetch("/store/contract?key=" + id);
        return page.status() == NOT_FOUND
                ? Optional.empty()
                : Optional.of(TransferredContract.decode(content(page), hash -> code(hash, id)));
    }

    private ContractCode code(CodeHash hash, ContractInstanceId id) {
        ContractCode recent = recentCode;
        if (recent != null && recent.hash().equals(hash)) {
            return recent;
        }
        ContractCode code = ContractCode.of(content(fetch("/store/code?key=" + id)));
        recentCode = code;
        return code;
    }

    private static Bytes content(NodeClient.Page page) {
        if (page.status() != OK) {
            throw new StorageException("the node refused, status " + page.status() + ": "
                    + page.content().toUtf8().strip());
        }
        return page.content();
    }

    /** Fetches a page, again while the node is busy. */
    private NodeClient.Page fetch(String path) {
        return Objects.requireNonNull(node.fetchContent(path)
                .flatMap(page ->
                        page.status() == BUSY ? Mono.<NodeClient.Page>error(new BusyNodeException()) : Mono.just(page))
                .retryWhen(Retry.backoff(RETRIES, PAUSE).filter(BusyNodeException.class::isInstance))
                .onErrorMap(
                        Exceptions::isRetryExhausted,
                        busy -> new StorageException("the node is too busy to send it: try again later"))
                .block());
    }

    /** The node answered that it is busy. */
    private static final class BusyNodeException extends RuntimeException {}
}
