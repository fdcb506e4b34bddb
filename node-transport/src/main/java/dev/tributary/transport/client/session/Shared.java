package dev.tributary.transport.client.session;

/**
 * What all sessions share.
 *
 * @param assembly bytes of unfinished messages
 * @param answers bytes of answers that wait to be read
 * @param requests bytes of what PUTs and UPDATEs under way bring
 */
record Shared(
        Budget assembly,
        Budget answers,
        Budget requests,
        Subscribers subscribers,
        Payloads payloads,
        NodeAnswers nodeAnswers) {}
