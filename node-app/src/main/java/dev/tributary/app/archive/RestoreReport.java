package dev.tributary.app.archive;

import java.util.List;

/**
 * What a restore did.
 *
 * @param restored number of contracts written to the store
 * @param unchanged number of contracts that the store had with the same state
 * @param kept number of contracts that the store had with another state, which stays
 * @param stateBytes number of bytes of the states written
 * @param refused contracts and entries of the archive that were not used
 */
public record RestoreReport(int restored, int unchanged, int kept, long stateBytes, List<Defect> refused) {}
