package dev.tributary.transport.client.session;

/**
 * What all sessions share.
 *
 * @param assembly bytes of unfinished messages
 * @param answers bytes of answers that wait to be read
 */
record Shared(Budget assembly, Budget answers, Subscribers subscribers, NodeAnswers nodeAnswers) {}
