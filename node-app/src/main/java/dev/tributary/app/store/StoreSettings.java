package dev.tributary.app.store;

import dev.tributary.app.config.AppConfig;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/** Where the commands have their configuration from: the command line provides it. */
public interface StoreSettings {

    /** Resolves the configuration of a parsed command, and sets the log level. */
    AppConfig resolve(CommandSpec command);

    /** The version of this program. */
    String version() throws IOException;
}
