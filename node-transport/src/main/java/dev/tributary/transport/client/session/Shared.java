package dev.tributary.transport.client.session;

/**
 * What all sessions share.
 *
 * @param assembly bytes of unfinished messages
 * @param answers bytes of answers that wait to be read
 * @param notices bytes of large notifications that are being written
 * @param requests bytes of what PUTs and UPDATEs under way bring
 */
record Shared(
        Budget assembly,
        Budget answers,
        Budget notices,
        Budget requests,
        Subscribers subscribers,
        Payloads payloads,
        NodeAnswers nodeAnswers) {}
