package dev.tributary.app.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tributary.app.config.Quantity;
import dev.tributary.app.contract.Inputs;
import dev.tributary.app.contract.Printable;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.app.contract.UnusableException;
import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.client.remote.NodeClientConfig;
import dev.tributary.transport.client.remote.NodeClientException;
import dev.tributary.transport.client.remote.NodeRefusedException;
import dev.tributary.transport.client.remote.NodeUnreachableException;
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
 * A command that asks a running node. It ends in one of four ways, told by its exit code: done, answered with no, wrongly
 * used, or not answered.
 */
@Command(
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the answer is no: nobody holds the contract, or it or the node refuses",
            "2:wrong usage, or a file that cannot be used",
            "3:no answer: the node is not running, was lost, or was too slow"
        })
abstract class ClientCommand implements Callable<Integer> {

    static final int DONE = 0;
    static final int NO = 1;
    static final int WRONG_USAGE = 2;
    static final int NO_ANSWER = 3;

    private static final Logger log = LoggerFactory.getLogger(ClientCommand.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final StandardStreams streams;
    private final Inputs inputs;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the parser
    private CommandSpec spec;

    @Option(
            names = "--api",
            paramLabel = "URL",
            defaultValue = "${env:TRIBUTARY_API:-ws://127.0.0.1:7509}",
            description = "where the node serves applications; also TRIBUTARY_API (default: ws://127.0.0.1:7509)")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String api;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "75 s",
            description = "how long the node may take to answer (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String timeout;

    @Option(names = "--json", description = "print facts as JSON")
    private boolean json;

    private @Nullable TransferBar bar;

    ClientCommand(StandardStreams streams) {
        this.streams = streams;
        this.inputs = new Inputs(streams.in());
    }

    /** Does what the command is for, and answers the exit code. May block. */
    abstract int run(NodeClient node) throws IOException;

    @Override
    public final Integer call() {
        NodeClientConfig config = config();
        bar = new TransferBar(err(), Ansi.AUTO.enabled(), System::nanoTime);
        NodeClient node = NodeClient.open(config.withTransfers(bar));
        try {
            return run(node);
        } catch (RuntimeException | IOException failure) {
            return explain(failure);
        } finally {
            bar.end();
            node.close().onErrorComplete().block(CLOSE_LIMIT);
        }
    }

    private NodeClientConfig config() {
        try {
            return NodeClientConfig.parse(api).withDeadline(deadline());
        } catch (IllegalArgumentException wrong) {
            throw wrongUsage("--api: " + wrong.getMessage());
        }
    }

    private Duration deadline() {
        try {
            Duration given = Quantity.duration(timeout);
            if (given.isZero()) {
                throw new IllegalArgumentException("must be more than zero");
            }
            return given;
        } catch (IllegalArgumentException wrong) {
            throw wrongUsage("--timeout = '" + timeout + "': " + wrong.getMessage());
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

    /** The command line of another command on this key and the same node. */
    final String follow(String command, String key) {
        boolean elsewhere = spec.commandLine().getParseResult().hasMatchedOption("--api");
        return "tributary " + command + " " + key + (elsewhere ? " --api " + api : "");
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** The bar is in the way of anything else that is printed. */
    final void clear() {
        if (bar != null) {
            bar.end();
        }
    }

    /** An argument that does not fit, which ends the command with its usage. */
    final ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    final ContractInstanceId id(String key) {
        try {
            return ContractInstanceId.parse(key);
        } catch (IllegalArgumentException wrong) {
            throw wrongUsage("KEY = '" + key + "': " + wrong.getMessage());
        }
    }

    /** Prints a record for programs, in as many lines as it takes. */
    final void print(Object facts) {
        print(out(), facts, true);
    }

    /** The same elsewhere, in as many lines or in one. */
    final void print(PrintWriter writer, Object facts, boolean lines) {
        JsonMapper mapper = JsonMapper.builder()
                .configure(SerializationFeature.INDENT_OUTPUT, lines)
                .changeDefaultPropertyInclusion(each -> each.withValueInclusion(JsonInclude.Include.NON_NULL))
                .build();
        clear();
        writer.println(mapper.writeValueAsString(facts));
        writer.flush();
    }

    private int explain(Exception failure) {
        log.debug("command={} failed", spec.name(), failure);
        clear();
        if (failure instanceof ParameterException wrong) {
            throw wrong;
        }
        if (failure instanceof ContractRejectedException refused) {
            return complain(NO, "rejected: " + refused.reason());
        }
        if (failure instanceof ContractNotFoundException missing) {
            return complain(NO, "not found: nobody who was asked holds " + missing.id());
        }
        if (failure instanceof NodeRefusedException refused) {
            return complain(NO, "error: " + refused.getMessage());
        }
        if (failure instanceof NodeUnreachableException gone) {
            complain(NO_ANSWER, "error: " + gone.getMessage());
            return complain(
                    NO_ANSWER, "Start a node with 'tributary run', or say with --api where yours serves applications.");
        }
        if (failure instanceof NodeClientException || failure instanceof ForeignPageException) {
            return complain(NO_ANSWER, "error: " + failure.getMessage());
        }
        if (failure instanceof UnusableException
                || failure instanceof StorageException
                || failure instanceof PayloadTooLargeException
                || failure instanceof IOException) {
            return complain(WRONG_USAGE, "error: " + failure.getMessage());
        }
        if (failure instanceof NodeException) {
            return complain(NO_ANSWER, "error: " + failure.getMessage());
        }
        return complain(NO_ANSWER, "error: unexpected: " + failure);
    }

    private int complain(int code, String what) {
        err().println(Printable.line(what));
        err().flush();
        return code;
    }
}
