package dev.tributary.core.contract.wasm;

import dev.tributary.core.value.ContractInstanceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the lines go that contracts log. Called on contract threads, several at once; must not block. */
@FunctionalInterface
public interface ContractLog {

    /** A line of a contract, without control characters. */
    void line(ContractInstanceId contract, String line);

    /** To the logger of this type, at debug: what strangers' code says is for its author, not for the node's operator. */
    static ContractLog toLogger() {
        Logger log = LoggerFactory.getLogger(ContractLog.class);
        return (contract, line) -> log.debug("contract={} said='{}'", contract, line);
    }
}
