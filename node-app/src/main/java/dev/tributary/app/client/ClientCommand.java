package dev.tributary.app.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tributary.app.config.Quantity;
import dev.tributary.app.contract.Inputs;
import dev.tributary.app.contract.Printable;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.app.contract.UnusableInputException;
import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.client.remote.NodeClientConfig;
import dev.tributary.transport.client.remote.NodeClientException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A command that sends requests to a running node. Its exit code distinguishes four outcomes: success, a negative answer,
 * wrong usage, and no answer.
 */
@Command(
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:negative answer: the contract was not found, or the contract or the node refused the request",
            "2:wrong usage, or an unusable file",
            "3:no answer: the node is not running, the connection was lost, or the request timed out"
        })
abstract class ClientCommand implements Callable<Integer> {

    static final int SUCCESS = 0;
    static final int NEGATIVE_ANSWER = 1;
    static final int WRONG_USAGE = 2;
    static final int NO_ANSWER = 3;

    private static final Logger log = LoggerFactory.getLogger(ClientCommand.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final StandardStreams streams;
    private final Inputs inputs;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the parser
    private CommandSpec spec;

    @Option(
            names = "--api",
            paramLabel = "URL",
            defaultValue = "${env:TRIBUTARY_API:-ws://127.0.0.1:7509}",
            description = "URL of the node's client API; also TRIBUTARY_API (default: ws://127.0.0.1:7509)")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String api;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "11 min",
            description = "deadline for the node's answer (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String timeout;

    @Option(names = "--json", description = "print the result as JSON")
    private boolean json;

    private @Nullable ProgressBar bar;

    ClientCommand(StandardStreams streams) {
        this.streams = streams;
        this.inputs = new Inputs(streams.in());
    }

    /** Executes the command and returns the exit code. May block. */
    abstract int run(NodeClient node) throws IOException;

    @Override
    public final Integer call() {
        NodeClientConfig config = config();
        bar = new ProgressBar(err(), Ansi.AUTO.enabled(), System::nanoTime);
        NodeClient node = NodeClient.open(config.withProgressListener(bar));
        try {
            return run(node);
        } catch (RuntimeException | IOException failure) {
            return reportFailure(failure);
        } finally {
            bar.clear();
            node.close().onErrorComplete().block(CLOSE_TIMEOUT);
        }
    }

    private NodeClientConfig config() {
        try {
            return NodeClientConfig.parse(api).withDeadline(deadline());
        } catch (IllegalArgumentException invalid) {
            throw wrongUsage("--api: " + invalid.getMessage());
        }
    }

    private Duration deadline() {
        try {
            Duration given = Quantity.duration(timeout);
            if (given.isZero()) {
                throw new IllegalArgumentException("must be more than zero");
            }
            return given;
        } catch (IllegalArgumentException invalid) {
            throw wrongUsage("--timeout = '" + timeout + "': " + invalid.getMessage());
        }
    }

    final Inputs inputs() {
        return inputs;
    }

    final StandardStreams streams() {
        return streams;
    }

    final boolean json() {
        return json;
    }

    /** Returns the command line of another command for this key and the same node. */
    final String commandLineFor(String command, String key) {
        boolean otherNode = spec.commandLine().getParseResult().hasMatchedOption("--api");
        return "tributary " + command + " " + key + (otherNode ? " --api " + api : "");
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Clears the progress bar, so that other output can be printed. */
    final void clearProgress() {
        if (bar != null) {
            bar.clear();
        }
    }

    /** Returns an exception for an invalid argument, which ends the command with its usage text. */
    final ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    final ContractInstanceId id(String key) {
        try {
            return ContractInstanceId.parse(key);
        } catch (IllegalArgumentException invalid) {
            throw wrongUsage("KEY = '" + key + "': " + invalid.getMessage());
        }
    }

    /** Prints a line to standard output. */
    final void printLine(String line) {
        clearProgress();
        out().println(line);
        out().flush();
    }

    /** Prints a result as indented JSON to standard output. */
    final void print(Object result) {
        print(out(), result, true);
    }

    /** Prints a result as JSON, indented or in one line. */
    final void print(PrintWriter writer, Object result, boolean indented) {
        JsonMapper mapper = JsonMapper.builder()
                .configure(SerializationFeature.INDENT_OUTPUT, indented)
                .changeDefaultPropertyInclusion(each -> each.withValueInclusion(JsonInclude.Include.NON_NULL))
                .build();
        clearProgress();
        writer.println(mapper.writeValueAsString(result));
        writer.flush();
    }

    private int reportFailure(Exception failure) {
        log.debug("command={} failed", spec.name(), failure);
        clearProgress();
        if (failure instanceof ParameterException invalid) {
            throw invalid;
        }
        if (failure instanceof NodeClientException unanswered) {
            return report(unanswered);
        }
        if (failure instanceof NodeException refused) {
            return report(refused);
        }
        if (failure instanceof UnexpectedPageException) {
            return printError(NO_ANSWER, "error: " + failure.getMessage());
        }
        if (failure instanceof UnusableInputException || failure instanceof IOException) {
            return printError(WRONG_USAGE, "error: " + failure.getMessage());
        }
        return printError(NO_ANSWER, "error: unexpected: " + failure);
    }

    private int report(NodeClientException failure) {
        return switch (failure.kind()) {
            case NODE_REFUSED -> printError(NEGATIVE_ANSWER, "error: " + failure.getMessage());
            case NODE_UNREACHABLE -> {
                printError(NO_ANSWER, "error: " + failure.getMessage());
                yield printError(
                        NO_ANSWER, "Start a node with 'tributary run', or set the URL of its client API with --api.");
            }
            case CONNECTION_LOST, REQUEST_TIMEOUT, CLIENT_CLOSED ->
                printError(NO_ANSWER, "error: " + failure.getMessage());
        };
    }

    private int report(NodeException failure) {
        return switch (failure.kind()) {
            case CONTRACT_REJECTED ->
                printError(NEGATIVE_ANSWER, "rejected: " + ((ContractRejectedException) failure).reason());
            case CONTRACT_NOT_FOUND ->
                printError(
                        NEGATIVE_ANSWER,
                        "not found: no queried node has contract " + ((ContractNotFoundException) failure).id());
            // Raised by this process before the node is asked: an input cannot be used.
            case PAYLOAD_TOO_LARGE, STORAGE -> printError(WRONG_USAGE, "error: " + failure.getMessage());
            case CHANNEL_CLOSED,
                    CHANNEL_FULL,
                    CONTRACT_DAMAGED,
                    CONTRACT_FAILED,
                    CONTRACT_QUARANTINED,
                    CONTRACT_UNSUPPORTED,
                    DEADLINE_EXCEEDED,
                    EXCHANGE_TIMEOUT,
                    HOSTING_BUDGET,
                    LINK_CLOSED,
                    NODE_BUSY,
                    NODE_STOPPED,
                    PEER_UNREACHABLE,
                    PEER_UNRESPONSIVE,
                    PROTOCOL,
                    REMOTE_FAILURE -> printError(NO_ANSWER, "error: " + failure.getMessage());
        };
    }

    private int printError(int code, String message) {
        err().println(Printable.line(message));
        err().flush();
        return code;
    }
}
