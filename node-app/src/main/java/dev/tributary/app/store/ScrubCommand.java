package dev.tributary.app.store;

import dev.tributary.app.config.AppConfig;
import java.io.IOException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Pauses or resumes the scrub of a running node. */
@Command(
        name = "scrub",
        description = {
            "Pauses or resumes the scrub of a running node, the slow reading of all contracts that finds damage.",
            "A started node scrubs; the settings hosting.scrub-rate and hosting.scrub-interval say how fast and how often."
        })
final class ScrubCommand extends StoreCommand {

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private Action action;

    @Mixin
    private final NodeOption node = new NodeOption();

    ScrubCommand(StoreSettings settings) {
        super(settings);
    }

    /** One of the two flags. */
    static final class Action {

        @Option(names = "--pause", required = true, description = "pause after the contract that is being read")
        private boolean pauses;

        @Option(names = "--resume", required = true, description = "go on")
        @SuppressWarnings("UnusedVariable") // one of the two is set
        private boolean resumes;
    }

    record ScrubReport(boolean paused) {}

    @Override
    int run(AppConfig config) throws IOException {
        return node.with(client -> {
            client.command("/store/scrub?" + (action.pauses ? "pause" : "resume"))
                    .block();
            print(new ScrubReport(action.pauses), action.pauses ? "scrub paused" : "scrub resumed");
            return DONE;
        });
    }
}
