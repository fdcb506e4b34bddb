package dev.tributary.app.store;

import dev.tributary.app.archive.ArchiveException;
import dev.tributary.app.archive.Defect;
import dev.tributary.app.config.AppConfig;
import dev.tributary.app.contract.Printable;
import dev.tributary.app.directory.DataDirectory;
import dev.tributary.app.storage.FileContractStore;
import dev.tributary.core.error.NodeException;
import dev.tributary.transport.client.remote.NodeClientException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A command on the contracts of a node. It reports every failure by one line on standard error and an exit code. */
@Command(
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed, or done but for what is named: contracts or entries that cannot be used",
            "2:wrong usage or configuration, or an unusable archive",
            "3:no answer: the node is not running, or the connection was lost"
        })
abstract class StoreCommand implements Callable<Integer> {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;
    static final int NO_ANSWER = 3;

    /** Maximum number of defects that are printed; JSON has all of them. */
    private static final int MAX_PRINTED = 100;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(60);
    private static final Logger log = LoggerFactory.getLogger(StoreCommand.class);

    private final StoreSettings settings;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by the parser
    private CommandSpec spec;

    @Option(names = "--json", description = "print the result as JSON")
    private boolean json;

    StoreCommand(StoreSettings settings) {
        this.settings = settings;
    }

    /** Executes the command and returns the exit code. Blocks. */
    abstract int run(AppConfig config) throws IOException;

    @Override
    public final Integer call() {
        AppConfig config = settings.resolve(spec);
        try {
            return run(config);
        } catch (ParameterException wrong) {
            throw wrong;
        } catch (ArchiveException unusable) {
            return fail(WRONG_USAGE, unusable, String.valueOf(unusable.getMessage()));
        } catch (NodeClientException unanswered) {
            return fail(NO_ANSWER, unanswered, unanswered.getMessage() + remedy(unanswered));
        } catch (NodeException failed) {
            return fail(FAILED, failed, String.valueOf(failed.getMessage()));
        } catch (IOException | RuntimeException unexpected) {
            return fail(FAILED, unexpected, "unexpected: " + unexpected);
        }
    }

    private static String remedy(NodeClientException failure) {
        return failure.kind() == NodeClientException.Kind.NODE_UNREACHABLE
                ? "; set the URL of its client API with --api, or use 'tributary store export' for a stopped node"
                : "";
    }

    private int fail(int code, Exception failure, String message) {
        log.debug("command={} failed", spec.name(), failure);
        err().println("error: " + Printable.line(message));
        err().flush();
        return code;
    }

    /** What a command does with an open store; returns the exit code. */
    interface StoreAction {
        int run(FileContractStore store) throws IOException;
    }

    /** Locks an existing data directory, opens its store, and closes both afterwards. */
    static int withStore(AppConfig config, StoreAction action) throws IOException {
        try (DataDirectory directory = existing(config)) {
            return withStore(directory, config, action);
        }
    }

    /** The same for an action that only reads, also what is readable of a damaged store. */
    static int withStoreToRead(AppConfig config, StoreAction action) throws IOException {
        try (DataDirectory directory = existing(config)) {
            return with(FileContractStore.openToRead(directory.contracts(), config.storage()), action);
        }
    }

    static int withStore(DataDirectory directory, AppConfig config, StoreAction action) throws IOException {
        return with(FileContractStore.open(directory.contracts(), config.storage()), action);
    }

    private static int with(FileContractStore store, StoreAction action) throws IOException {
        try {
            return action.run(store);
        } finally {
            store.close().block(CLOSE_TIMEOUT);
        }
    }

    /** Locks the data directory; throws {@link ArchiveException} if it holds no contracts. */
    static DataDirectory existing(AppConfig config) {
        if (!Files.isDirectory(config.dataDirectory())) {
            throw new ArchiveException(
                    "there is no data directory " + config.dataDirectory() + ": name the node's with --data-directory");
        }
        DataDirectory directory = DataDirectory.open(config.dataDirectory());
        if (!directory.hasContracts()) {
            directory.close();
            throw new ArchiveException("the data directory " + config.dataDirectory()
                    + " holds no contracts: name the node's with --data-directory");
        }
        return directory;
    }

    final String version() throws IOException {
        return settings.version();
    }

    final boolean json() {
        return json;
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    final ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Prints a result as JSON, or this line. */
    final void print(Object result, String line) {
        if (json) {
            JsonMapper mapper = JsonMapper.builder()
                    .configure(SerializationFeature.INDENT_OUTPUT, true)
                    .build();
            out().println(mapper.writeValueAsString(result));
        } else {
            out().println(line);
        }
        out().flush();
    }

    /** Prints what could not be used on standard error, unless the result is JSON. Returns the exit code. */
    final int report(String what, List<Defect> defects) {
        if (!json) {
            defects.stream()
                    .limit(MAX_PRINTED)
                    .forEach(defect ->
                            err().println(Printable.line(what + " " + defect.name() + ": " + defect.reason())));
            if (defects.size() > MAX_PRINTED) {
                err().printf("and %d more; --json lists all%n", defects.size() - MAX_PRINTED);
            }
            err().flush();
        }
        return defects.isEmpty() ? DONE : FAILED;
    }
}
