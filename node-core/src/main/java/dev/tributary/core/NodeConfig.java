package dev.tributary.core;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.loop.LoopConfig;
import dev.tributary.core.operation.OperationConfig;

/** All settings of a node. Each part is described where it is declared. */
public record NodeConfig(LoopConfig loop, OperationConfig operations, ContractLimits contracts) {

    public static NodeConfig defaults() {
        return new NodeConfig(LoopConfig.DEFAULT, OperationConfig.DEFAULT, ContractLimits.DEFAULT);
    }

    public NodeConfig withLoop(LoopConfig loop) {
        return new NodeConfig(loop, operations, contracts);
    }

    public NodeConfig withOperations(OperationConfig operations) {
        return new NodeConfig(loop, operations, contracts);
    }

    public NodeConfig withContracts(ContractLimits contracts) {
        return new NodeConfig(loop, operations, contracts);
    }
}
