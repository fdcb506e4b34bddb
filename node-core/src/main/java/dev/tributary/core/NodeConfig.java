package dev.tributary.core;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.loop.LoopConfig;
import dev.tributary.core.operation.HostingConfig;
import dev.tributary.core.operation.OperationConfig;

/** All settings of a node. Each part is described where it is declared. */
public record NodeConfig(LoopConfig loop, OperationConfig operations, ContractLimits contracts, HostingConfig hosting) {

    public static NodeConfig defaults() {
        return new NodeConfig(
                LoopConfig.DEFAULT, OperationConfig.DEFAULT, ContractLimits.DEFAULT, HostingConfig.DEFAULT);
    }

    public NodeConfig withLoop(LoopConfig loop) {
        return new NodeConfig(loop, operations, contracts, hosting);
    }

    public NodeConfig withOperations(OperationConfig operations) {
        return new NodeConfig(loop, operations, contracts, hosting);
    }

    public NodeConfig withContracts(ContractLimits contracts) {
        return new NodeConfig(loop, operations, contracts, hosting);
    }

    public NodeConfig withHosting(HostingConfig hosting) {
        return new NodeConfig(loop, operations, contracts, hosting);
    }
}
