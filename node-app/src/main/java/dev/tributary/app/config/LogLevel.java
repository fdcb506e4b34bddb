package dev.tributary.app.config;

/** How much the node's own log says. Libraries never say more than warnings. */
public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
}
