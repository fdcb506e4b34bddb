package dev.tributary.app.cli;

import dev.tributary.app.config.AppConfig;
import dev.tributary.app.node.FatalExit;
import dev.tributary.app.node.Heartbeat;
import dev.tributary.app.node.NodeProcess;
import dev.tributary.core.NodeStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a node until it is stopped. */
@Command(
        name = "run",
        description = {
            "Runs a node until it is stopped by SIGTERM or SIGINT, or by 'stop' on its console.",
            "Prints one line when the node is ready. A stopping node drains running operations for up to 10 s, and"
                    + " exits within 20 s.",
            "A node that ran out of memory, does little but collect garbage, does not answer itself for a minute, or has"
                    + " lost a part that it needs, ends itself with exit code 70."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class RunCommand implements Callable<Integer> {

    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the parser
    private CommandSpec spec;

    @Option(
            names = "--console",
            description =
                    "read commands from standard input: put, publish, get, status, help, stop; its end stops the node")
    private boolean console;

    RunCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        AppConfig config = SettingOptions.resolve(spec, environment);
        FatalExit exit = FatalExit.install();
        LogLevels.reportFatalErrors();
        PrintWriter out = spec.commandLine().getOut();
        NodeProcess process = NodeProcess.open(config.withVersion(Version.ofProgram()));
        Thread shutdownHook = new Thread(process::close, "tributary-shutdown");
        Runtime.getRuntime().addShutdownHook(shutdownHook);
        // It goes on while the node stops, so that a dead node does not stop for ever.
        Heartbeat.start(process, exit);
        exit.watch(process.node());
        NodeStatus status = process.node().status();
        String api = process.clients().map(RunCommand::url).orElse("off");
        out.printf("ready peer=%s listen=%s api=%s%n", status.self(), status.address(), api);
        out.flush();
        if (console) {
            new Console(process.node(), out).run(System.in);
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
            process.close();
        } else {
            process.node().onStop().onErrorComplete().block();
        }
        return 0;
    }

    /** The URL for the {@code --api} flag of other commands. */
    private static String url(InetSocketAddress clients) {
        String host = clients.getAddress().getHostAddress();
        return "ws://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + clients.getPort();
    }
}
