package dev.tributary.app.contract;

import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.contract.wasm.ModuleDescription;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.value.ContractCode;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Describes a contract's code and shows whether a node runs it. */
@Command(
        name = "inspect",
        description =
                "Describes a contract's code and shows whether a node runs it; if not, prints the reason and exits"
                        + " with code 1.")
final class InspectCommand extends OfflineCommand {

    private static final int PAGE_KIB = 64;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private CodeOption code;

    @Option(names = "--json", description = "print the result as JSON")
    private boolean json;

    InspectCommand(StandardStreams streams) {
        super(streams);
    }

    @Override
    int run() throws IOException {
        SelectedCode chosen = code.read(inputs());
        ModuleDescription module = describe(chosen);
        return withRuntime(RelatedContracts.none(), runtime -> {
            InspectedModule facts = new InspectedModule(chosen, module, refusal(runtime, chosen.code()));
            if (json) {
                json(facts.toJson());
            } else {
                print(facts, out());
            }
            return facts.runs() ? VALID : INVALID;
        });
    }

    private static ModuleDescription describe(SelectedCode chosen) {
        try {
            return ModuleDescription.of(chosen.code());
        } catch (IllegalArgumentException malformed) {
            throw new UnusableInputException(
                    "the code '" + chosen.source() + "' cannot be used: " + malformed.getMessage(), malformed);
        }
    }

    private static @Nullable String refusal(OfflineRuntime runtime, ContractCode code) {
        try {
            runtime.load(code);
            return null;
        } catch (ContractUnsupportedException refused) {
            return refused.reason();
        }
    }

    private static void print(InspectedModule facts, PrintWriter out) {
        ModuleDescription module = facts.module();
        out.printf(
                "code       %s, %d bytes, %s%n",
                Printable.line(facts.chosen().source()),
                facts.bytes(),
                facts.chosen().container());
        out.printf("code hash  %s%n", facts.codeHash());
        out.printf("standard   %s%n", facts.standardContract().orElse("no"));
        out.printf(
                "buffers    %s%n",
                module.streaming()
                        ? "streaming: arguments are passed in windows that are refilled"
                        : "plain: arguments are passed whole");
        out.printf("functions  %d, and %d table elements%n", module.functions(), module.tableElements());
        for (ModuleDescription.Memory memory : module.memories()) {
            out.printf(
                    "memory     %d KiB initially, at most %d KiB%n",
                    memory.initialPages() * PAGE_KIB,
                    Math.min(memory.maximumPages(), InspectedModule.MAX_PAGES) * PAGE_KIB);
        }
        out.printf(
                "imports    %s%n",
                module.imports().isEmpty() ? "none" : module.imports().size());
        for (ModuleDescription.Import each : module.imports()) {
            String name = Printable.line(each.module() + "." + each.name());
            out.printf("  %-11s %s %s%n", each.offered() ? "offered" : "NOT OFFERED", name, each.kind());
        }
        out.printf("exports    %d%n", module.exports().size());
        for (ModuleDescription.Export each : module.exports()) {
            out.printf("  %s %s%n", Printable.line(each.name()), each.kind());
        }
        out.printf(
                "verdict    %s%n",
                facts.refusal() == null ? "a node runs it" : "a node refuses it: " + Printable.line(facts.refusal()));
    }
}
