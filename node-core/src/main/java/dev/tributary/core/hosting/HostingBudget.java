package dev.tributary.core.hosting;

import dev.tributary.core.error.HostingBudgetException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Accounts for the hosted bytes and orders the contracts for eviction: first the contracts with the least demand that
 * no client of this node put, then those that its clients put; subscribed contracts are never evicted. Code that
 * several contracts share counts once. Guarded by the lock of the hosting table.
 */
final class HostingBudget {

    /** Score bonus of contracts that this node replicates as root or near the root: 12 half-lives of demand. */
    private static final double REPLICA_BONUS = 12;

    /** Score margin that an unrequested replica needs to evict another one; prevents thrashing. */
    private static final double UNREQUESTED_MARGIN = 1;

    private final HostingConfig config;
    private final int replicas;
    private final TreeMap<Rank, Size> ranked = new TreeMap<>();
    private final Map<ContractInstanceId, Rank> ranks = new HashMap<>();
    private final Map<CodeHash, CodeUsage> codes = new HashMap<>();
    private long bytes;

    HostingBudget(HostingConfig config, int replicas) {
        this.config = config;
        this.replicas = replicas;
    }

    long bytes() {
        return bytes;
    }

    /** Adds a contract with its current size and rank. */
    void add(HostedContract contract) {
        ContractInstanceId id = contract.key().id();
        Rank rank = rank(id, contract.demand(), contract.syncPartners(), contract.subscribed());
        ranks.put(id, rank);
        ranked.put(rank, new Size(contract.bytes(), contract.key().code()));
        CodeUsage code = codes.computeIfAbsent(contract.key().code(), unused -> new CodeUsage(contract.codeBytes()));
        bytes += contract.bytes() + (code.instances++ == 0 ? code.bytes : 0L);
    }

    /** Removes a contract with the size and rank that it was added with. */
    void remove(ContractInstanceId id) {
        Size size = Objects.requireNonNull(ranked.remove(Objects.requireNonNull(ranks.remove(id))));
        CodeUsage code = Objects.requireNonNull(codes.get(size.code));
        bytes -= size.bytes;
        if (--code.instances == 0) {
            bytes -= code.bytes;
            codes.remove(size.code);
        }
    }

    /** The next contract to evict if a limit is exceeded, never the spared one. */
    Optional<ContractInstanceId> nextEviction(@Nullable ContractInstanceId spared) {
        return bytes > config.bytes() || ranked.size() > config.contracts()
                ? ranked.keySet().stream()
                        .filter(rank -> !rank.subscribed)
                        .map(Rank::id)
                        .filter(id -> !id.equals(spared))
                        .findFirst()
                : Optional.empty();
    }

    /** Throws if the contract does not fit, not even after evicting contracts that rank lower. */
    void requireRoom(StoreEntry incoming, SyncPartners partners, StateOrigin origin) {
        long size = (long) incoming.bytes() + incoming.codeBytes();
        if (size > config.bytes()) {
            throw new PayloadTooLargeException("contract with its code", size, config.bytes());
        }
        Rank existing = ranks.get(incoming.key().id());
        long addedBytes = codes.containsKey(incoming.key().code()) ? incoming.bytes() : size;
        boolean isUnrequested = origin.reason() == StateOrigin.Reason.REPLICATION && existing == null;
        boolean fits = fits(
                existing == null ? addedBytes : addedBytes - Objects.requireNonNull(ranked.get(existing)).bytes,
                existing == null ? 1 : 0,
                rank(incoming.key().id(), incoming.demand(), partners, existing != null && existing.subscribed),
                isUnrequested ? UNREQUESTED_MARGIN : 0,
                origin.isClient());
        if (!fits) {
            throw new HostingBudgetException(incoming.key().id(), size, config.bytes());
        }
    }

    /** Whether an unrequested replica fits. */
    boolean hasRoom(Hosting.Replica offered, Demand demand, SyncPartners partners) {
        return fits(offered.bytes(), 1, rank(offered.id(), demand, partners, false), UNREQUESTED_MARGIN, false);
    }

    private boolean fits(long moreBytes, int moreContracts, Rank rank, double margin, boolean forClient) {
        long excessBytes = bytes + moreBytes - config.bytes();
        int excessContracts = ranked.size() + moreContracts - config.contracts();
        for (Map.Entry<Rank, Size> each : ranked.entrySet()) {
            Rank victim = each.getKey();
            if ((excessBytes <= 0 && excessContracts <= 0)
                    || victim.subscribed
                    || !(forClient || victim.yieldsTo(rank, margin))) {
                break;
            }
            if (!victim.id.equals(rank.id)) {
                excessBytes -= freedBytes(each.getValue());
                excessContracts--;
            }
        }
        return excessBytes <= 0 && excessContracts <= 0;
    }

    private long freedBytes(Size victim) {
        CodeUsage code = Objects.requireNonNull(codes.get(victim.code));
        return victim.bytes + (code.instances == 1 ? code.bytes : 0L);
    }

    private Rank rank(ContractInstanceId id, Demand demand, SyncPartners partners, boolean subscribed) {
        return new Rank(
                subscribed,
                demand.isClientPut(),
                demand.score() + (partners.nearerNeighbours() < replicas ? REPLICA_BONUS : 0),
                id);
    }

    /** The eviction order: the smallest rank is evicted first. */
    private record Rank(boolean subscribed, boolean byClient, double score, ContractInstanceId id)
            implements Comparable<Rank> {

        /** Written by hand: called about 40 times per change, and a chain of comparators is several times slower. */
        @Override
        public int compareTo(Rank other) {
            if (subscribed != other.subscribed) {
                return subscribed ? 1 : -1;
            } else if (byClient != other.byClient) {
                return byClient ? 1 : -1;
            }
            int byScore = Double.compare(score, other.score);
            return byScore != 0
                    ? byScore
                    : id.bytes().toBuffer().compareTo(other.id.bytes().toBuffer());
        }

        /** Whether the other contract may evict this one; contracts that a client put are never evicted for peers. */
        private boolean yieldsTo(Rank other, double margin) {
            return !byClient && (other.byClient || score + margin < other.score);
        }
    }

    private record Size(int bytes, CodeHash code) {}

    private static final class CodeUsage {

        private final int bytes;
        private int instances;

        CodeUsage(int bytes) {
            this.bytes = bytes;
        }
    }
}
