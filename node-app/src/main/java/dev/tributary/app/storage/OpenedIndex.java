package dev.tributary.app.storage;

/**
 * An index that was opened, and what the scan of it counted.
 *
 * @param index the open index, at its newest whole version
 */
record OpenedIndex(ContractIndex index, StoreTotals totals) {}
