package dev.tributary.core.contract;

/**
 * What watching over the laws of merging does.
 *
 * @param checked counter: merges that were made again
 * @param broken counter: those of them that broke a law
 * @param unfinished counter: those that could not be made again, or not in time
 * @param dropped counter: those for which there was no room
 * @param waiting merges that wait to be made again, the one that is being made included
 * @param quarantined how many codes are not spread now
 */
public record LawUsage(long checked, long broken, long unfinished, long dropped, int waiting, int quarantined) {}
