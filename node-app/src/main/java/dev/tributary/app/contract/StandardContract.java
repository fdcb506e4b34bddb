package dev.tributary.app.contract;

import dev.tributary.core.contract.standard.ImmutableBlob;
import dev.tributary.core.contract.standard.SignedCounter;
import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.contract.standard.SignedLog;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The contracts that come with the node, by the names that commands know them by. */
enum StandardContract {
    DOCUMENT,
    LOG,
    COUNTER,
    BLOB;

    ContractCode code() {
        return switch (this) {
            case DOCUMENT -> SignedDocument.code();
            case LOG -> SignedLog.code();
            case COUNTER -> SignedCounter.code();
            case BLOB -> ImmutableBlob.code();
        };
    }

    /** Which of them has this code. */
    static Optional<StandardContract> of(CodeHash hash) {
        return Arrays.stream(values())
                .filter(each -> each.code().hash().equals(hash))
                .findFirst();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
