package dev.tributary.core;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.loop.LoopConfig;
import dev.tributary.core.operation.OperationConfig;
import dev.tributary.core.ring.RingConfig;

/** All settings of a node. Each part is described where it is declared. */
public record NodeConfig(LoopConfig loop, OperationConfig operations, RingConfig ring, ContractLimits contracts) {

    public static NodeConfig defaults() {
        return new NodeConfig(LoopConfig.DEFAULT, OperationConfig.DEFAULT, RingConfig.DEFAULT, ContractLimits.DEFAULT);
    }

    public NodeConfig withLoop(LoopConfig loop) {
        return new NodeConfig(loop, operations, ring, contracts);
    }

    public NodeConfig withOperations(OperationConfig operations) {
        return new NodeConfig(loop, operations, ring, contracts);
    }

    public NodeConfig withRing(RingConfig ring) {
        return new NodeConfig(loop, operations, ring, contracts);
    }

    public NodeConfig withContracts(ContractLimits contracts) {
        return new NodeConfig(loop, operations, ring, contracts);
    }
}
