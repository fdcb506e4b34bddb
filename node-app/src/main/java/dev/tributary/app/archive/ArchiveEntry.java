package dev.tributary.app.archive;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.StateDigest;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an archive. A directory and a tar file have the same ones:
 * <ul>
 *   <li>{@code manifest}: the format, the program and the time of the backup;
 *   <li>{@code contracts/ID}: the metadata of one contract, which also names the code and the state;
 *   <li>{@code states/ID-DIGEST}: a state, with the first half of its SHA-256 in hex, so that a new state never
 *       replaces the one that the metadata still names;
 *   <li>{@code code/HASH}: code, shared by its contracts;
 *   <li>{@code identity.key}: the node's identity, only if asked for;
 *   <li>{@code complete}: the ids of all contracts, written last.
 * </ul>
 * A later program adds facts as further lines of the metadata, which this one skips, and files of a new kind (secrets,
 * for instance) as further directories.
 *
 * @param maxBytes maximum size in bytes of such an entry
 */
record ArchiveEntry(Kind kind, String name, int maxBytes) {

    /** The kinds of entries. */
    enum Kind {
        MANIFEST,
        CONTRACT,
        STATE,
        CODE,
        IDENTITY,
        COMPLETE
    }

    private static final int MIB = 1 << 20;
    private static final ContractLimits LIMITS = ContractLimits.defaults();

    static final ArchiveEntry MANIFEST = new ArchiveEntry(Kind.MANIFEST, "manifest", MIB);
    static final ArchiveEntry IDENTITY = new ArchiveEntry(Kind.IDENTITY, "identity.key", MIB);
    /** Its size is enough for a million contracts. */
    static final ArchiveEntry COMPLETE = new ArchiveEntry(Kind.COMPLETE, "complete", 64 * MIB);

    static final String CONTRACTS = "contracts/";
    static final String STATES = "states/";
    static final String CODE = "code/";

    private static final int DIGEST_DIGITS = 32;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{" + DIGEST_DIGITS + "}");

    /** The metadata of a contract: parameters in Base64, and some lines. */
    static ArchiveEntry contract(ContractInstanceId id) {
        return new ArchiveEntry(Kind.CONTRACT, CONTRACTS + id, 2 * LIMITS.parameterBytes());
    }

    static ArchiveEntry state(ContractInstanceId id, StateDigest digest) {
        return state(id + "-" + digest.bytes().toHex().substring(0, DIGEST_DIGITS));
    }

    private static ArchiveEntry state(String name) {
        return new ArchiveEntry(Kind.STATE, STATES + name, LIMITS.stateBytes());
    }

    static ArchiveEntry code(CodeHash hash) {
        return new ArchiveEntry(Kind.CODE, CODE + hash, LIMITS.codeBytes());
    }

    /** The entry of exactly this name; empty for any other name, so that no path is ever made of a foreign one. */
    static Optional<ArchiveEntry> named(String name) {
        for (ArchiveEntry single : new ArchiveEntry[] {MANIFEST, IDENTITY, COMPLETE}) {
            if (single.name.equals(name)) {
                return Optional.of(single);
            }
        }
        try {
            return Optional.ofNullable(inDirectory(name)).filter(entry -> entry.name.equals(name));
        } catch (IllegalArgumentException invalid) {
            return Optional.empty();
        }
    }

    private static @Nullable ArchiveEntry inDirectory(String name) {
        if (name.startsWith(CONTRACTS)) {
            return contract(ContractInstanceId.parse(name.substring(CONTRACTS.length())));
        }
        if (name.startsWith(CODE)) {
            return code(CodeHash.parse(name.substring(CODE.length())));
        }
        int dash = name.indexOf('-');
        if (name.startsWith(STATES)
                && dash > STATES.length()
                && DIGEST.matcher(name.substring(dash + 1)).matches()) {
            ContractInstanceId id = ContractInstanceId.parse(name.substring(STATES.length(), dash));
            return state(id + name.substring(dash));
        }
        return null;
    }
}
