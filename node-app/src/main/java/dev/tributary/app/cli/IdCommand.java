package dev.tributary.app.cli;

import dev.tributary.app.node.IdentityLoader;
import dev.tributary.transport.identity.NodeIdentity;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the peer id of a data directory; generates the key if there is none yet. */
@Command(
        name = "id",
        description =
                "Prints the node's peer id, derived from the key in its data directory. Generates the key if there is"
                        + " none yet.",
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
        NodeIdentity identity = IdentityLoader.load(SettingOptions.resolve(spec, environment));
        spec.commandLine().getOut().println(identity.peerId());
        return 0;
    }
}
