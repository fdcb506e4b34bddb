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

/** The built-in contracts, by their names on the command line. */
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

    /** The contract of this name; throws {@link IllegalArgumentException} that lists the names. */
    public static StandardContract named(String name) {
        return Arrays.stream(values())
                .filter(each -> each.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + name + "': must be one of document|log|counter|blob|website"));
    }

    /** The contract with this code; empty if there is none. */
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
