package dev.tributary.transport.client.session;

import reactor.core.scheduler.Scheduler;

/**
 * Threads of one session.
 *
 * @param loop event loop of its connection
 * @param timer scheduler of timeouts
 * @param workers scheduler for encoding, decoding and hashing large messages
 */
record SessionSchedulers(Scheduler loop, Scheduler timer, Scheduler workers) {}
