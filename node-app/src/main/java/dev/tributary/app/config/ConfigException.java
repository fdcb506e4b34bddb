package dev.tributary.app.config;

/** An invalid setting. The message names its source, its key, its value and the allowed values. */
public final class ConfigException extends RuntimeException {

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
