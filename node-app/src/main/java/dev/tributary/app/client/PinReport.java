package dev.tributary.app.client;

/** The result of pinning or unpinning a contract. */
record PinReport(String key, boolean pinned) {}
