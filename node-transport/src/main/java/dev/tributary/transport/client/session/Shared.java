package dev.tributary.transport.client.session;

/**
 * What all sessions share.
 *
 * @param assembly bytes of unfinished messages
 * @param answers bytes of answers that wait to be read
 * @param notices bytes of large notifications that are being written
 * @param requests bytes of what PUTs and UPDATEs under way bring
 * @param shares how many requests of each are under way
 */
record Shared(
        Budget assembly,
        Budget answers,
        Budget notices,
        Budget requests,
        Shares shares,
        Subscribers subscribers,
        Payloads payloads,
        NodeAnswers nodeAnswers) {}
