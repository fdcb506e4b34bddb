package dev.tributary.app.contract;

import dev.tributary.core.contract.standard.ImmutableBlob;
import dev.tributary.core.contract.standard.SignedCounter;
import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.contract.standard.SignedLog;
import dev.tributary.core.contract.standard.SignedWebsite;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The contracts that come with the node, by the names that commands know them by. */
public enum StandardContract {
    DOCUMENT,
    LOG,
    COUNTER,
    BLOB,
    WEBSITE;

    public ContractCode code() {
        return switch (this) {
            case DOCUMENT -> SignedDocument.code();
            case LOG -> SignedLog.code();
            case COUNTER -> SignedCounter.code();
            case BLOB -> ImmutableBlob.code();
            case WEBSITE -> SignedWebsite.code();
        };
    }

    /** The one of this name; throws {@link IllegalArgumentException} that says which there are. */
    public static StandardContract named(String name) {
        return Arrays.stream(values())
                .filter(each -> each.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + name + "': must be one of document|log|counter|blob|website"));
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
