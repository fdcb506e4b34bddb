package dev.tributary.app.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.contract.wasm.ContractLog;
import dev.tributary.core.contract.wasm.WasmContractRuntime;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.NodeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A command that needs no node. It runs on a thread with the stack size that contracts need, and ends in one of three
 * ways: valid, invalid, or could not run; the last prints a line on standard error.
 */
abstract class OfflineCommand implements Callable<Integer> {

    static final int VALID = 0;
    static final int INVALID = 1;
    static final int FAILED = 2;

    private static final Logger log = LoggerFactory.getLogger(OfflineCommand.class);

    private final StandardStreams streams;
    private final Inputs inputs;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the parser
    private CommandSpec spec;

    @Option(
            names = "--verbose",
            description = "print the time and memory of calls, and the contract's log, on standard error")
    private boolean verbose;

    OfflineCommand(StandardStreams streams) {
        this.streams = streams;
        this.inputs = new Inputs(streams.in());
    }

    /** The calls of a command on a runtime; returns the exit code. */
    interface RuntimeAction {
        int run(OfflineRuntime runtime) throws IOException;
    }

    /** Runs the command and returns the exit code. */
    abstract int run() throws IOException;

    @Override
    public final Integer call() {
        FutureTask<Integer> work = new FutureTask<>(this::run);
        new Thread(null, work, "tributary-contract", WasmContractRuntime.STACK_BYTES).start();
        try {
            return work.get();
        } catch (ExecutionException failed) {
            return report(failed.getCause() == null ? failed : failed.getCause());
        } catch (InterruptedException interrupted) {
            return fail("interrupted");
        }
    }

    final Inputs inputs() {
        return inputs;
    }

    final StandardStreams streams() {
        return streams;
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** The exception for an invalid argument; the command then prints its usage. */
    final ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Opens a runtime with these related contracts, makes the calls and closes it. */
    final int withRuntime(RelatedContracts given, RuntimeAction calls) throws IOException {
        ContractLog contractLog = (contract, line) -> {
            if (verbose) {
                err().println("log        " + Printable.line(line));
            }
        };
        try (OfflineRuntime runtime = OfflineRuntime.open(given, contractLog)) {
            try {
                return calls.run(runtime);
            } finally {
                if (verbose) {
                    runtime.report(err());
                }
            }
        }
    }

    /** Prints a record as JSON. */
    final void json(Object facts) {
        JsonMapper mapper = JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .changeDefaultPropertyInclusion(each -> each.withValueInclusion(JsonInclude.Include.NON_NULL))
                .build();
        out().println(mapper.writeValueAsString(facts));
        out().flush();
    }

    private int report(Throwable cause) {
        if (cause instanceof ParameterException wrong) {
            throw wrong;
        } else if (cause instanceof NodeException failure && failure.kind() == NodeException.Kind.CONTRACT_REJECTED) {
            err().println("invalid: " + Printable.line(((ContractRejectedException) failure).reason()));
            return INVALID;
        } else if (cause instanceof MissingRelatedException missing) {
            return fail("the contract " + missing.getMessage() + "; give each of them with --related ID=FILE");
        } else if (cause instanceof UnusableInputException || cause instanceof NodeException) {
            log.debug("command failed command={}", spec.name(), cause);
            return fail(String.valueOf(cause.getMessage()));
        } else if (cause instanceof OutOfMemoryError) {
            return fail("out of memory: raise Java's heap size with -Xmx");
        }
        log.debug("command failed unexpectedly command={}", spec.name(), cause);
        return fail("unexpected: " + cause);
    }

    private int fail(String what) {
        err().println("error: " + Printable.line(what));
        return FAILED;
    }
}
