package dev.tributary.core.hosting;

import dev.tributary.core.error.HostingBudgetException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.hosting.replica.SyncPartners;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.TableUse;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoreSpace;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Accounts for the hosted bytes and orders the contracts for eviction: first the contracts with the least demand that
 * no client of this node put, then those that its clients put; subscribed and pinned contracts are never evicted. Code that
 * several contracts share counts once. A peer that brought its share of the budget displaces only its own contracts; see
 * {@link PeerShares}. Guarded by the lock of the hosting table.
 */
final class HostingBudget {

    /** Score bonus of contracts that this node replicates as root or near the root: 12 half-lives of demand. */
    private static final double REPLICA_BONUS = 12;

    /** Score margin that an unrequested replica needs to evict another one; prevents thrashing. */
    private static final double UNREQUESTED_MARGIN = 1;

    /** Bytes that are not evicted when others fill the disk: below, commits are refused instead. */
    private static final long SMALLEST_LIMIT = 16L << 20;

    private final HostingConfig config;

    /** Maximum number of contracts with this heap. */
    private final int contracts;

    private final int replicas;
    private final TreeMap<Rank, Size> ranked = new TreeMap<>();
    private final Map<ContractInstanceId, Rank> ranks = new HashMap<>();
    private final Map<CodeHash, CodeUsage> codes = new HashMap<>();
    private final PeerShares<Rank> shares;
    private long bytes;
    private int pinned;
    private long pinnedBytes;

    /** Maximum number of bytes on the disk as it is now. */
    private long limit;

    HostingBudget(HostingConfig config, int replicas) {
        this.config = config;
        this.contracts = MemoryPlan.ofThisProcess().entries(TableUse.HOSTED_CONTRACTS, config.contracts());
        this.replicas = replicas;
        this.limit = config.bytes();
        this.shares = new PeerShares<>(config.withContracts(contracts));
    }

    long bytes() {
        return bytes;
    }

    /** Maximum number of bytes on the disk as it is now. */
    long limit() {
        return limit;
    }

    /**
     * Sets the limit: a share of what the store occupies and what is free together, less what it occupies in excess of
     * its contracts. Evictions do not change the sum, so that it can be measured before they have freed space.
     *
     * @param evicting bytes of evicted contracts that are still in the store
     */
    void fitTo(StoreSpace space, long evicting) {
        long share = Math.min(space.reachable() / 100 * config.diskShare(), config.bytes());
        long overhead = Math.max(0, space.allocated() - bytes - evicting);
        long smallest = Math.min(config.bytes(), SMALLEST_LIMIT);
        limit = Math.max(smallest, share - Math.min(overhead, share / 2));
    }

    /** Number of pinned contracts. */
    int pinned() {
        return pinned;
    }

    /** Number of bytes of the states and parameters of the pinned contracts. */
    long pinnedBytes() {
        return pinnedBytes;
    }

    /** Adds a contract with its current size and rank. */
    void add(HostedContract contract) {
        ContractInstanceId id = contract.key().id();
        Rank rank = rank(
                id,
                contract.demand(),
                contract.syncPartners(),
                contract.localDemand().isSubscribed());
        ranks.put(id, rank);
        PeerId sender = rank.kept || rank.byClient ? null : contract.sender();
        CodeUsage code = codes.computeIfAbsent(contract.key().code(), unused -> new CodeUsage(contract.codeBytes()));
        int charged = contract.bytes() + (code.instances++ == 0 ? code.bytes : 0);
        bytes += charged;
        shares.add(sender, rank, charged);
        boolean isPinned = contract.demand().isPinned();
        ranked.put(rank, new Size(contract.bytes(), contract.key().code(), sender, charged, isPinned));
        pinned += isPinned ? 1 : 0;
        pinnedBytes += isPinned ? contract.bytes() : 0;
    }

    /** Removes a contract with the size and rank that it was added with. */
    void remove(ContractInstanceId id) {
        Rank rank = Objects.requireNonNull(ranks.remove(id));
        Size size = Objects.requireNonNull(ranked.remove(rank));
        CodeUsage code = Objects.requireNonNull(codes.get(size.code));
        shares.remove(size.sender, rank, size.charged);
        bytes -= size.bytes;
        pinned -= size.pinned ? 1 : 0;
        pinnedBytes -= size.pinned ? size.bytes : 0;
        if (--code.instances == 0) {
            bytes -= code.bytes;
            codes.remove(size.code);
        }
    }

    /**
     * The next contract to evict if a limit is exceeded, never the spared one. A disk that others fill, or a small heap,
     * evicts none that a client of this node put, unless a client puts another one.
     */
    Optional<ContractInstanceId> nextEviction(@Nullable ContractInstanceId spared) {
        boolean isAboveMaximum = bytes > config.bytes() || ranked.size() > config.contracts();
        if (!isAboveMaximum && bytes <= limit && ranked.size() <= contracts) {
            return Optional.empty();
        }
        boolean sparesClients = !isAboveMaximum && spared == null;
        return shares.exhausted().stream()
                .flatMap(peer -> firstOf(shares.broughtBy(peer), spared, sparesClients).stream())
                .min(Comparator.naturalOrder())
                .or(() -> firstOf(ranked.keySet(), spared, sparesClients))
                .map(Rank::id);
    }

    private static Optional<Rank> firstOf(
            Collection<Rank> ranks, @Nullable ContractInstanceId spared, boolean sparesClients) {
        for (Rank rank : ranks) {
            if (rank.kept || (sparesClients && rank.byClient)) {
                break;
            }
            if (!rank.id.equals(spared)) {
                return Optional.of(rank);
            }
        }
        return Optional.empty();
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
                rank(incoming.key().id(), incoming.demand(), partners, existing != null && existing.kept),
                isUnrequested ? UNREQUESTED_MARGIN : 0,
                origin.isClient(),
                existing == null ? origin.sender() : Objects.requireNonNull(ranked.get(existing)).sender);
        if (!fits) {
            throw new HostingBudgetException(incoming.key().id(), size, limit);
        }
    }

    /** Whether an unrequested replica that this peer offers fits. */
    boolean hasRoom(PeerId sender, Hosting.Replica offered, Demand demand, SyncPartners partners) {
        return fits(offered.bytes(), 1, rank(offered.id(), demand, partners, false), UNREQUESTED_MARGIN, false, sender);
    }

    /** @param sender the peer to whose share the contract counts, or null */
    private boolean fits(
            long moreBytes, int moreContracts, Rank rank, double margin, boolean forClient, @Nullable PeerId sender) {
        Excess excess = new Excess(bytes + moreBytes - limit, (long) ranked.size() + moreContracts - contracts);
        if (!forClient && sender != null && shares.isExhausted(sender)) {
            free(excess, shares.broughtBy(sender), rank, margin, false, true);
        } else {
            shares.exhausted().forEach(peer -> free(excess, shares.broughtBy(peer), rank, margin, forClient, true));
            free(excess, ranked.keySet(), rank, margin, forClient, false);
        }
        return excess.isNone();
    }

    /** Subtracts what the contracts that yield to the rank use; those of an exhausted share only if that is asked for. */
    private void free(
            Excess excess, Collection<Rank> victims, Rank rank, double margin, boolean forClient, boolean ofShare) {
        for (Rank victim : victims) {
            if (excess.isNone() || victim.kept || !(forClient || victim.yieldsTo(rank, margin))) {
                break;
            }
            Size size = Objects.requireNonNull(ranked.get(victim));
            if (!victim.id.equals(rank.id) && ofShare == shares.isExhausted(size.sender)) {
                excess.free(freedBytes(size));
            }
        }
    }

    private long freedBytes(Size victim) {
        CodeUsage code = Objects.requireNonNull(codes.get(victim.code));
        return victim.bytes + (code.instances == 1 ? code.bytes : 0L);
    }

    private Rank rank(ContractInstanceId id, Demand demand, SyncPartners partners, boolean subscribed) {
        return new Rank(
                subscribed || demand.isPinned(),
                demand.isClientPut(),
                demand.score() + (partners.nearerNeighbours() < replicas ? REPLICA_BONUS : 0),
                id);
    }

    /**
     * The eviction order: the smallest rank is evicted first.
     *
     * @param kept whether the contract is subscribed to or pinned, so that it is not evicted at all
     */
    private record Rank(boolean kept, boolean byClient, double score, ContractInstanceId id)
            implements Comparable<Rank> {

        /** Written by hand: called about 40 times per change, and a chain of comparators is several times slower. */
        @Override
        public int compareTo(Rank other) {
            if (kept != other.kept) {
                return kept ? 1 : -1;
            } else if (byClient != other.byClient) {
                return byClient ? 1 : -1;
            }
            int byScore = Double.compare(score, other.score);
            return byScore != 0 ? byScore : id.bytes().compareTo(other.id.bytes());
        }

        /** Whether the other contract may evict this one; contracts that a client put are never evicted for peers. */
        private boolean yieldsTo(Rank other, double margin) {
            return !byClient && (other.byClient || score + margin < other.score);
        }
    }

    /**
     * What a contract uses.
     *
     * @param sender the peer to whose share it counts, or null
     * @param charged number of bytes that count to the share: with the code, if it was the first of its code
     */
    private record Size(int bytes, CodeHash code, @Nullable PeerId sender, int charged, boolean pinned) {}

    /** By how much the budget would be exceeded. */
    private static final class Excess {

        private long bytes;
        private long contracts;

        Excess(long bytes, long contracts) {
            this.bytes = bytes;
            this.contracts = contracts;
        }

        void free(long freedBytes) {
            bytes -= freedBytes;
            contracts--;
        }

        boolean isNone() {
            return bytes <= 0 && contracts <= 0;
        }
    }

    private static final class CodeUsage {

        private final int bytes;
        private int instances;

        CodeUsage(int bytes) {
            this.bytes = bytes;
        }
    }
}
