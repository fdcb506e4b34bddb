package dev.tributary.app.config;

/** Level of the node's own loggers. Loggers of libraries stay at WARN. */
public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
}
