package dev.tributary.core.contract.wasm;

import dev.tributary.core.value.ContractInstanceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives the log lines of contracts. Called on contract threads, several at once; must not block. */
@FunctionalInterface
public interface ContractLog {

    /** Receives one line of a contract, without control characters. */
    void append(ContractInstanceId contract, String line);

    /** Logs at debug level, since the lines concern the author of the contract, not the operator of the node. */
    static ContractLog toLogger() {
        Logger log = LoggerFactory.getLogger(ContractLog.class);
        return (contract, line) -> log.debug("contract log contract={} line='{}'", contract, line);
    }
}
