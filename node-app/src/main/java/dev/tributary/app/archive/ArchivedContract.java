package dev.tributary.app.archive;

import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.StateDigest;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * The metadata of one contract in an archive. Each fact is one line; what the store records besides belongs here as a
 * further line, which older programs skip and newer ones find missing in older archives.
 *
 * @param digest digest of the state
 * @param stateBytes size of the state in bytes
 * @param changed time of the last change of the state on the node
 */
public record ArchivedContract(
        ContractKey key, Parameters parameters, StateDigest digest, int stateBytes, Instant changed, Demand demand) {

    /** The metadata of this contract. */
    public static ArchivedContract of(StoredContract stored) {
        return new ArchivedContract(
                stored.contract().key(),
                stored.contract().parameters(),
                stored.digest(),
                stored.state().size(),
                stored.changed(),
                stored.demand());
    }

    /** The same contract and state with the metadata that a store lists. */
    ArchivedContract updated(StoreEntry entry) {
        return new ArchivedContract(key, parameters, digest, stateBytes, entry.changed(), entry.demand());
    }

    /** The text of this metadata. */
    public Bytes encode() {
        return SealedText.encode(List.of(
                "contract " + key.id(),
                "code " + key.code(),
                "parameters "
                        + Base64.getEncoder().encodeToString(parameters.bytes().toArray()),
                "state " + digest.bytes().toHex(),
                "state-bytes " + stateBytes,
                "changed " + changed,
                "client-put " + demand.isClientPut(),
                "pinned " + demand.isPinned(),
                "requested " + demand.lastRequested(),
                "weight " + demand.weight()));
    }

    /**
     * Decodes a text of {@link #encode}.
     *
     * @throws IOException with the defect, also if code and parameters are not those of the contract
     */
    public static ArchivedContract decode(Bytes text) throws IOException {
        SealedText lines = SealedText.decode(text);
        try {
            CodeHash code = CodeHash.parse(lines.value("code"));
            Parameters parameters = Parameters.of(Base64.getDecoder().decode(lines.value("parameters")));
            ContractKey key = ContractKey.of(code, parameters);
            if (!key.id().equals(ContractInstanceId.parse(lines.value("contract")))) {
                throw new IOException("its code and parameters belong to contract " + key.id());
            }
            return new ArchivedContract(
                    key,
                    parameters,
                    new StateDigest(Bytes.wrap(HexFormat.of().parseHex(lines.value("state")))),
                    Integer.parseInt(lines.value("state-bytes")),
                    Instant.parse(lines.value("changed")),
                    new Demand(
                            Boolean.parseBoolean(lines.value("client-put")),
                            lines.optional("pinned").map(Boolean::parseBoolean).orElse(false),
                            Instant.parse(lines.value("requested")),
                            Double.parseDouble(lines.value("weight"))));
        } catch (IllegalArgumentException | DateTimeException malformed) {
            throw new IOException("it is malformed: " + malformed.getMessage(), malformed);
        }
    }
}
