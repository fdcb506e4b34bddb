package dev.tributary.core.contract;

import dev.tributary.core.value.ContractInstanceId;

/** Which waiting calls may run now. Guarded by the lock of the {@link FairQueue}. */
interface CallAdmission {

    /** Whether any call of this class may run, of a contract that is unknown or not. */
    boolean isOpen(CallClass callClass, boolean isUnknown);

    /** Whether a further call of the contract may run. */
    boolean mayRun(ContractInstanceId contract);
}
