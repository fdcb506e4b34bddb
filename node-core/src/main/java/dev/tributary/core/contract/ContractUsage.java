package dev.tributary.core.contract;

/**
 * What the contracts of a node take.
 *
 * @param calls how many run and wait, and what they took
 * @param codeBytes how much memory their code takes, in bytes, an estimate
 * @param laws what watching over the laws of merging does
 */
public record ContractUsage(QueueUsage calls, long codeBytes, LawUsage laws) {}
