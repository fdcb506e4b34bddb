package dev.tributary.app.contract;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.contract.standard.ImmutableBlob;
import dev.tributary.core.contract.standard.SignedCounter;
import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.contract.standard.SignedLog;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Creates states of the standard contracts, with one subcommand for each contract. */
@Command(
        name = "new",
        description = "Creates a state of a standard contract, and the contract's parameters.",
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND")
final class NewCommand extends ParentCommand {

    /** Maximum size of the content of a document in bytes; also applied to blobs. */
    private static final int MAX_CONTENT_BYTES = ContractLimits.defaults().stateBytes() - SignedDocument.HEADER_BYTES;

    NewCommand() {
        super("A contract is missing: document, log, counter, blob or website");
    }

    /** Adds the subcommands after the command has its own parent, since they inherit the parent's options. */
    static void addTo(CommandLine command, StandardStreams streams) {
        command.addSubcommand(new Document(streams))
                .addSubcommand(new Log(streams))
                .addSubcommand(new Counter(streams))
                .addSubcommand(new Blob(streams))
                .addSubcommand(new NewWebsiteCommand(streams));
    }

    /** A command that writes a new state, and on request its parameters. */
    abstract static class StateCommand extends OfflineCommand {

        @Mixin
        private final OutputOption out = new OutputOption();

        @Option(names = "--parameters-out", paramLabel = "FILE", description = "file for the parameters")
        private @Nullable String parametersFile;

        StateCommand(StandardStreams streams) {
            super(streams);
        }

        final int writeState(Contract contract, State state) {
            if (parametersFile != null) {
                OutputOption.writeFile(parametersFile, contract.parameters().bytes());
            }
            out.write(this, "state of contract " + contract.key(), state.bytes());
            return VALID;
        }

        final void print(String line) {
            out.print(this, line);
        }
    }

    /** A command that writes a signed state, which may follow an earlier one. */
    abstract static class SignedStateCommand extends StateCommand {

        @Option(
                names = "--key-file",
                required = true,
                paramLabel = "FILE",
                description = "the writer's key; created if the file does not exist")
        @SuppressWarnings("NullAway.Init") // set by the parser
        private Path keyFile;

        @Option(
                names = "--name",
                paramLabel = "TEXT",
                description = "name of the contract among those of the writer (default: none)")
        private String name = "";

        @Option(
                names = "--after",
                paramLabel = "STATE",
                description = "the state that the new one follows (default: none)")
        private @Nullable String after;

        SignedStateCommand(StandardStreams streams) {
            super(streams);
        }

        final KeyPair keys() {
            KeyPair keys = WriterKey.loadOrCreate(keyFile);
            print("writer: " + WriterKey.hex(keys.getPublic()));
            return keys;
        }

        final String name() {
            return name;
        }

        /** Creates a state after the given one, which must be valid, or after the empty state if none was given. */
        final int writeNextState(Contract contract, Function<State, State> next) throws IOException {
            State empty = State.of(new byte[0]);
            if (after == null) {
                return writeState(contract, next.apply(empty));
            }
            State before = inputs().state(after);
            return withRuntime(RelatedContracts.none(), runtime -> {
                if (runtime.verdict(contract, before) instanceof Verdict.Invalid invalid) {
                    throw new UnusableInputException("the state '" + after
                            + "' does not belong to this key, name and kind: " + invalid.reason());
                }
                return writeState(contract, next.apply(before));
            });
        }
    }

    @Command(name = "document", description = "Creates a version of a signed document; the highest version wins.")
    private static final class Document extends SignedStateCommand {

        @Option(
                names = "--in",
                required = true,
                paramLabel = "FILE",
                description = "the document; '-' is standard input")
        @SuppressWarnings("NullAway.Init") // set by the parser
        private String content;

        @Mixin
        private final VersionOption version = new VersionOption();

        Document(StandardStreams streams) {
            super(streams);
        }

        @Override
        int run() throws IOException {
            version.check(this, Long.MAX_VALUE);
            Bytes read = inputs().read(content, "document", MAX_CONTENT_BYTES);
            KeyPair keys = keys();
            Contract contract = SignedDocument.contract(keys.getPublic(), name());
            return writeNextState(contract, before -> {
                long number = version.after(SignedDocument.version(before), Long.MAX_VALUE);
                return SignedDocument.state(contract, keys.getPrivate(), number, read);
            });
        }
    }

    @Command(
            name = "log",
            description = "Creates a state with one new entry of a signed log, to be merged into the log.")
    private static final class Log extends SignedStateCommand {

        @Option(names = "--in", required = true, paramLabel = "FILE", description = "the entry; '-' is standard input")
        @SuppressWarnings("NullAway.Init") // set by the parser
        private String content;

        @Option(
                names = "--entries",
                paramLabel = "N",
                description = "number of entries that the log keeps, 1 to 256 (default: ${DEFAULT-VALUE})")
        private int entries = 64;

        @Option(
                names = "--entry-bytes",
                paramLabel = "N",
                description = "maximum size of an entry in bytes, 0 to 65536 (default: ${DEFAULT-VALUE})")
        private int entryBytes = 4096;

        Log(StandardStreams streams) {
            super(streams);
        }

        @Override
        int run() throws IOException {
            if (entries < 1 || entries > 256 || entryBytes < 0 || entryBytes > 65_536) {
                throw wrongUsage("A log keeps 1 to 256 --entries of up to 65536 --entry-bytes");
            }
            Bytes read = inputs().read(content, "entry", entryBytes);
            KeyPair keys = keys();
            Contract contract = SignedLog.contract(keys.getPublic(), name(), entries, entryBytes);
            return writeNextState(contract, before -> {
                SortedMap<Long, Bytes> held = SignedLog.entries(before);
                long number = held.isEmpty() ? 1 : held.lastKey() + 1;
                return SignedLog.state(contract, keys.getPrivate(), new TreeMap<>(Map.of(number, read)));
            });
        }
    }

    @Command(
            name = "counter",
            description = "Creates a state with an increased count of the writer, to be merged into the counter.")
    private static final class Counter extends SignedStateCommand {

        @Option(
                names = "--writer",
                paramLabel = "HEX",
                description = "the public keys of all writers, in their order (default: this writer alone)")
        private List<String> writers = new ArrayList<>();

        @Option(names = "--add", paramLabel = "N", description = "amount to add, 1 or more (default: ${DEFAULT-VALUE})")
        private long add = 1;

        Counter(StandardStreams streams) {
            super(streams);
        }

        @Override
        int run() throws IOException {
            KeyPair keys = keys();
            String own = WriterKey.hex(keys.getPublic());
            if (writers.isEmpty()) {
                writers.add(own);
            }
            int index = writers.indexOf(own);
            if (index < 0) {
                throw wrongUsage("--writer: this writer, " + own + ", is not among them");
            }
            if (add < 1) {
                throw wrongUsage("--add = '" + add + "': must be 1 or more");
            }
            Contract contract = SignedCounter.contract(publicKeys(), name());
            return writeNextState(
                    contract,
                    before -> SignedCounter.slot(
                            contract, keys.getPrivate(), index, SignedCounter.count(before, index) + add));
        }

        private List<PublicKey> publicKeys() {
            try {
                return writers.stream().map(WriterKey::parse).toList();
            } catch (IllegalArgumentException invalid) {
                throw wrongUsage("--writer: " + invalid.getMessage());
            }
        }
    }

    @Command(name = "blob", description = "Creates the state of a blob: its content, identified by its hash.")
    private static final class Blob extends StateCommand {

        @Option(
                names = "--in",
                required = true,
                paramLabel = "FILE",
                description = "the content; '-' is standard input")
        @SuppressWarnings("NullAway.Init") // set by the parser
        private String content;

        Blob(StandardStreams streams) {
            super(streams);
        }

        @Override
        int run() {
            Bytes read = inputs().read(content, "content", MAX_CONTENT_BYTES);
            return writeState(ImmutableBlob.contract(read), ImmutableBlob.state(read));
        }
    }
}
