package dev.tributary.app.config;

/** A setting that cannot be used. The message names its source, its key, its value and what is allowed. */
public final class ConfigException extends RuntimeException {

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
