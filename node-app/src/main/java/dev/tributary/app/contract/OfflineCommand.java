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
 * A command that needs no node. It runs on a stack as deep as contracts want it, and ends in one of three ways: the
 * contract says yes, it says no, or it could not be asked, which is told in a line on standard error.
 */
abstract class OfflineCommand implements Callable<Integer> {

    static final int VALID = 0;
    static final int INVALID = 1;
    static final int COULD_NOT_RUN = 2;

    private static final Logger log = LoggerFactory.getLogger(OfflineCommand.class);

    private final StandardStreams streams;
    private final Inputs inputs;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the parser
    private CommandSpec spec;

    @Option(names = "--verbose", description = "show on standard error what calls took, and what the contract logs")
    private boolean verbose;

    OfflineCommand(StandardStreams streams) {
        this.streams = streams;
        this.inputs = new Inputs(streams.in());
    }

    /** What to do with a runtime. */
    interface Calls {
        int make(OfflineRuntime runtime) throws IOException;
    }

    /** Does what the command is for, and answers the exit code. */
    abstract int run() throws IOException;

    @Override
    public final Integer call() {
        FutureTask<Integer> work = new FutureTask<>(this::run);
        new Thread(null, work, "tributary-contract", WasmContractRuntime.STACK_BYTES).start();
        try {
            return work.get();
        } catch (ExecutionException failed) {
            return explain(failed.getCause() == null ? failed : failed.getCause());
        } catch (InterruptedException interrupted) {
            return complain("it was interrupted");
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

    /** An argument that does not fit, which ends the command with its usage. */
    final ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Opens a runtime that knows these contracts beside the one that it is for, for as long as the calls take. */
    final int calling(RelatedContracts given, Calls calls) throws IOException {
        ContractLog lines = (contract, line) -> {
            if (verbose) {
                err().println("said       " + Printable.line(line));
            }
        };
        try (OfflineRuntime runtime = OfflineRuntime.open(given, lines)) {
            try {
                return calls.make(runtime);
            } finally {
                if (verbose) {
                    runtime.report(err());
                }
            }
        }
    }

    /** Prints a record for programs. */
    final void json(Object facts) {
        JsonMapper mapper = JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .changeDefaultPropertyInclusion(each -> each.withValueInclusion(JsonInclude.Include.NON_NULL))
                .build();
        out().println(mapper.writeValueAsString(facts));
        out().flush();
    }

    private int explain(Throwable cause) {
        if (cause instanceof ParameterException wrong) {
            throw wrong;
        } else if (cause instanceof ContractRejectedException no) {
            err().println("invalid: " + Printable.line(no.reason()));
            return INVALID;
        } else if (cause instanceof MissingRelatedException missing) {
            return complain("the contract " + missing.getMessage() + "; give each of them with --related ID=FILE");
        } else if (cause instanceof UnusableException || cause instanceof NodeException) {
            log.debug("command={} failed", spec.name(), cause);
            return complain(String.valueOf(cause.getMessage()));
        } else if (cause instanceof OutOfMemoryError) {
            return complain("there is not enough memory: give Java more, with -Xmx");
        }
        log.debug("command={} failed unexpectedly", spec.name(), cause);
        return complain("unexpected: " + cause);
    }

    private int complain(String what) {
        err().println("error: " + Printable.line(what));
        return COULD_NOT_RUN;
    }
}
