package dev.tributary.app.cli;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.storage.DataDirectory;
import dev.tributary.transport.peer.NodeIdentity;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the peer id that belongs to a data directory; makes the key if there is none yet. */
@Command(
        name = "id",
        description =
                "Prints the node's peer id, which follows from the key in its data directory. Makes the key if there"
                        + " is none yet.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class IdCommand implements Callable<Integer> {

    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the parser
    private CommandSpec spec;

    IdCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        AppConfig config = SettingOptions.resolve(spec, environment);
        NodeIdentity identity = DataDirectory.readOrCreateKey(
                config.dataDirectory(),
                () -> NodeIdentity.generate(new SecureRandom()).encode(),
                NodeIdentity::decode);
        spec.commandLine().getOut().println(identity.peerId());
        return 0;
    }
}
