package dev.tributary.app.storage;

import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The parts that a read found damaged: the next commit of the contract writes them anew. Thread-safe. */
final class KnownDamage {

    private final Set<ContractInstanceId> contracts = ConcurrentHashMap.newKeySet();
    private final Set<CodeHash> programs = ConcurrentHashMap.newKeySet();

    void addContract(ContractInstanceId id) {
        contracts.add(id);
    }

    void addProgram(CodeHash code) {
        programs.add(code);
    }

    boolean hasContract(ContractInstanceId id) {
        return contracts.contains(id);
    }

    boolean hasProgram(CodeHash code) {
        return programs.contains(code);
    }

    /** Forgets the damage of a contract and of its code, which were written anew or removed. */
    void remove(ContractInstanceId id, CodeHash code) {
        contracts.remove(id);
        programs.remove(code);
    }
}
