package dev.tributary.core.operation;

import dev.tributary.core.error.NoRoomException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.Holding;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How much is hosted, and which contract goes first when that is too much: the least wanted of those that only other nodes
 * put, and a client's own only when nothing else is left; what a client listens to stays. Code counts once however many contracts share it. Guarded by
 * the lock of the table that it belongs to.
 */
final class HostingBudget {

    /** What the duty of a root, or of one that holds the root's copies, counts for: half a day of being forgotten. */
    private static final double DUTY = 12;

    /** How much more than what it replaces a copy must be wanted for which nobody asked, or such copies drive out each other. */
    private static final double UNASKED_MARGIN = 1;

    private final HostingConfig config;
    private final int replicas;
    private final TreeMap<Rank, Size> order = new TreeMap<>();
    private final Map<ContractInstanceId, Rank> ranks = new HashMap<>();
    private final Map<CodeHash, Code> codes = new HashMap<>();
    private long bytes;

    HostingBudget(HostingConfig config, int replicas) {
        this.config = config;
        this.replicas = replicas;
    }

    long bytes() {
        return bytes;
    }

    /** Counts a contract in, as it is now. */
    void add(Hosted contract) {
        ContractInstanceId id = contract.key().id();
        Rank rank = rank(id, contract.demand(), contract.duty(), contract.subscribed());
        ranks.put(id, rank);
        order.put(rank, new Size(contract.bytes(), contract.key().code()));
        Code code = codes.computeIfAbsent(contract.key().code(), unused -> new Code(contract.codeBytes()));
        bytes += contract.bytes() + (code.instances++ == 0 ? code.bytes : 0L);
    }

    /** Counts a contract out, as it was counted in. */
    void remove(ContractInstanceId id) {
        Size size = Objects.requireNonNull(order.remove(Objects.requireNonNull(ranks.remove(id))));
        Code code = Objects.requireNonNull(codes.get(size.code));
        bytes -= size.bytes;
        if (--code.instances == 0) {
            bytes -= code.bytes;
            codes.remove(size.code);
        }
    }

    /** Who must go, if there is too much; never the one that is spared. */
    Optional<ContractInstanceId> excess(@Nullable ContractInstanceId spared) {
        return bytes > config.bytes() || order.size() > config.contracts()
                ? order.keySet().stream()
                        .filter(rank -> !rank.subscribed)
                        .map(Rank::id)
                        .filter(id -> !id.equals(spared))
                        .findFirst()
                : Optional.empty();
    }

    /** Throws if there is no room for what is brought, not even in the place of what is wanted less. */
    void requireRoom(Holding wanted, Duty duty, Bringer bringer) {
        long size = (long) wanted.bytes() + wanted.codeBytes();
        if (size > config.bytes()) {
            throw new PayloadTooLargeException("contract with its code", size, config.bytes());
        }
        Rank held = ranks.get(wanted.key().id());
        long more = codes.containsKey(wanted.key().code()) ? wanted.bytes() : size;
        boolean unasked = bringer.reason() == Bringer.Reason.UPKEEP && held == null;
        boolean fits = fits(
                held == null ? more : more - Objects.requireNonNull(order.get(held)).bytes,
                held == null ? 1 : 0,
                rank(wanted.key().id(), wanted.demand(), duty, held != null && held.subscribed),
                unasked ? UNASKED_MARGIN : 0,
                bringer.isClient());
        if (!fits) {
            throw new NoRoomException(wanted.key().id(), size, config.bytes());
        }
    }

    /** Whether there is room for a contract that nobody asked for. */
    boolean hasRoom(Hosting.Held offered, Demand demand, Duty duty) {
        return fits(offered.bytes(), 1, rank(offered.id(), demand, duty, false), UNASKED_MARGIN, false);
    }

    private boolean fits(long moreBytes, int moreContracts, Rank rank, double margin, boolean forClient) {
        long bytesOver = bytes + moreBytes - config.bytes();
        int contractsOver = order.size() + moreContracts - config.contracts();
        for (Map.Entry<Rank, Size> each : order.entrySet()) {
            Rank victim = each.getKey();
            if ((bytesOver <= 0 && contractsOver <= 0)
                    || victim.subscribed
                    || !(forClient || victim.yieldsTo(rank, margin))) {
                break;
            }
            if (!victim.id.equals(rank.id)) {
                bytesOver -= frees(each.getValue());
                contractsOver--;
            }
        }
        return bytesOver <= 0 && contractsOver <= 0;
    }

    private long frees(Size victim) {
        Code code = Objects.requireNonNull(codes.get(victim.code));
        return victim.bytes + (code.instances == 1 ? code.bytes : 0L);
    }

    private Rank rank(ContractInstanceId id, Demand demand, Duty duty, boolean subscribed) {
        return new Rank(subscribed, demand.byClient(), demand.warmth() + (duty.nearer() < replicas ? DUTY : 0), id);
    }

    /** Where a contract stands among the others: the smallest goes first. */
    private record Rank(boolean subscribed, boolean byClient, double warmth, ContractInstanceId id)
            implements Comparable<Rank> {

        /** By hand: it is done forty times for each change, and a chain of comparators takes several times as long. */
        @Override
        public int compareTo(Rank other) {
            if (subscribed != other.subscribed) {
                return subscribed ? 1 : -1;
            } else if (byClient != other.byClient) {
                return byClient ? 1 : -1;
            }
            int order = Double.compare(warmth, other.warmth);
            return order != 0
                    ? order
                    : id.bytes().toBuffer().compareTo(other.id.bytes().toBuffer());
        }

        /** What a client put yields to nothing that others bring. */
        private boolean yieldsTo(Rank other, double margin) {
            return !byClient && (other.byClient || warmth + margin < other.warmth);
        }
    }

    private record Size(int bytes, CodeHash code) {}

    private static final class Code {

        private final int bytes;
        private int instances;

        Code(int bytes) {
            this.bytes = bytes;
        }
    }
}
