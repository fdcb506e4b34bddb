package dev.tributary.app.contract;

import dev.tributary.core.contract.RelatedContracts;
import dev.tributary.core.contract.wasm.ModuleDescription;
import dev.tributary.core.contract.wasm.WasmLimits;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.value.ContractCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
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

    /** The description; the component names are the JSON keys. */
    record ModuleReport(
            String source,
            int bytes,
            String container,
            String codeHash,
            @Nullable String standardContract,
            String buffers,
            int functions,
            long tableElements,
            List<ModuleDescription.Memory> memories,
            int maxPages,
            List<ModuleDescription.Import> imports,
            List<ModuleDescription.Export> exports,
            boolean runs,
            @Nullable String refusal) {}

    @Override
    int run() throws IOException {
        CodeOption.SelectedCode chosen = code.read(inputs());
        ModuleDescription module = describe(chosen);
        return withRuntime(RelatedContracts.none(), runtime -> {
            ModuleReport facts = facts(chosen, module, refusal(runtime, chosen.code()));
            if (json) {
                json(facts);
            } else {
                print(facts, out());
            }
            return facts.runs() ? VALID : INVALID;
        });
    }

    private static ModuleDescription describe(CodeOption.SelectedCode chosen) {
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

    private static ModuleReport facts(
            CodeOption.SelectedCode chosen, ModuleDescription module, @Nullable String refusal) {
        ContractCode code = chosen.code();
        return new ModuleReport(
                chosen.source(),
                code.bytes().size(),
                chosen.container(),
                code.hash().toString(),
                StandardContract.of(code.hash()).map(StandardContract::toString).orElse(null),
                module.streaming() ? "streaming" : "plain",
                module.functions(),
                module.tableElements(),
                module.memories(),
                WasmLimits.DEFAULT.memoryPages(),
                module.imports(),
                module.exports(),
                refusal == null,
                refusal);
    }

    private static void print(ModuleReport facts, PrintWriter out) {
        out.printf("code       %s, %d bytes, %s%n", Printable.line(facts.source()), facts.bytes(), facts.container());
        out.printf("code hash  %s%n", facts.codeHash());
        out.printf("standard   %s%n", facts.standardContract() == null ? "no" : facts.standardContract());
        out.printf(
                "buffers    %s%n",
                facts.buffers().equals("streaming")
                        ? "streaming: arguments are passed in windows that are refilled"
                        : "plain: arguments are passed whole");
        out.printf("functions  %d, and %d table elements%n", facts.functions(), facts.tableElements());
        for (ModuleDescription.Memory memory : facts.memories()) {
            out.printf(
                    "memory     %d KiB initially, at most %d KiB%n",
                    memory.initialPages() * PAGE_KIB, Math.min(memory.maximumPages(), facts.maxPages()) * PAGE_KIB);
        }
        out.printf(
                "imports    %s%n",
                facts.imports().isEmpty() ? "none" : facts.imports().size());
        for (ModuleDescription.Import each : facts.imports()) {
            String name = Printable.line(each.module() + "." + each.name());
            out.printf("  %-11s %s %s%n", each.offered() ? "offered" : "NOT OFFERED", name, each.kind());
        }
        out.printf("exports    %d%n", facts.exports().size());
        for (ModuleDescription.Export each : facts.exports()) {
            out.printf("  %s %s%n", Printable.line(each.name()), each.kind());
        }
        out.printf(
                "verdict    %s%n",
                facts.refusal() == null ? "a node runs it" : "a node refuses it: " + Printable.line(facts.refusal()));
    }
}
