package dev.tributary.core.contract.wasm;

import dev.tributary.core.value.ContractCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.ValType;

/**
 * What a module consists of, for people to read. Nothing of it is run, and it may be a module that a node refuses: whether
 * it does, {@link WasmContractRuntime#prepare} tells.
 *
 * @param exports what it offers, in its order
 * @param imports what it wants, in its order
 * @param functions how many it has of its own
 * @param tableElements how many functions its tables refer to at the start
 * @param memories what it has of memory; a contract has one
 * @param streaming whether it takes arguments in windows that it has refilled, or whole
 */
public record ModuleDescription(
        List<Export> exports,
        List<Import> imports,
        int functions,
        long tableElements,
        List<Memory> memories,
        boolean streaming) {

    /** Something that a module offers: what kind of thing, and for a function its type. */
    public record Export(String name, String kind) {}

    /** Something that a module wants, and whether a node has it to offer. */
    public record Import(String module, String name, String kind, boolean offered) {}

    /** Its size in pages of 64 KiB: at the start, and the most that the module itself allows. */
    public record Memory(int initialPages, int maximumPages) {}

    public ModuleDescription {
        exports = List.copyOf(exports);
        imports = List.copyOf(imports);
        memories = List.copyOf(memories);
    }

    /** Reads a module; throws {@link IllegalArgumentException} that says why it cannot be read. */
    public static ModuleDescription of(ContractCode code) {
        try {
            return ModuleLoader.read(code, ModuleDescription::of);
        } catch (ModuleFault fault) {
            throw new IllegalArgumentException("it is not valid WebAssembly: " + fault.detail(), fault);
        }
    }

    private static ModuleDescription of(WasmModule module) {
        List<Import> imports = imports(module);
        return new ModuleDescription(
                exports(module),
                imports,
                module.functionSection().functionCount(),
                ModulePolicy.tableElements(module),
                memories(module),
                imports.stream().anyMatch(each -> each.module().equals(HostFunctions.STREAMING_MODULE)));
    }

    private static List<Import> imports(WasmModule module) {
        return module.importSection().stream()
                .map(each -> {
                    boolean function = each instanceof FunctionImport;
                    FunctionType wanted = function
                            ? module.typeSection().getType(((FunctionImport) each).typeIndex())
                            : FunctionType.empty();
                    return new Import(
                            each.module(),
                            each.name(),
                            function ? type(wanted) : word(each.importType()),
                            function && wanted.equals(HostFunctions.type(each.module(), each.name())));
                })
                .toList();
    }

    private static List<Export> exports(WasmModule module) {
        List<FunctionType> functions = new ArrayList<>();
        module.importSection().stream()
                .filter(FunctionImport.class::isInstance)
                .forEach(each -> functions.add(module.typeSection().getType(((FunctionImport) each).typeIndex())));
        for (int i = 0; i < module.functionSection().functionCount(); i++) {
            functions.add(module.functionSection().getFunctionType(i, module.typeSection()));
        }
        List<Export> exports = new ArrayList<>();
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            var export = module.exportSection().getExport(i);
            exports.add(new Export(
                    export.name(),
                    export.exportType() == ExternalType.FUNCTION
                            ? type(functions.get(export.index()))
                            : word(export.exportType())));
        }
        return exports;
    }

    private static List<Memory> memories(WasmModule module) {
        List<Memory> memories = new ArrayList<>();
        module.memorySection().ifPresent(section -> {
            for (int i = 0; i < section.memoryCount(); i++) {
                MemoryLimits limits = section.getMemory(i).limits();
                memories.add(new Memory(limits.initialPages(), limits.maximumPages()));
            }
        });
        return memories;
    }

    private static String word(ExternalType type) {
        return type.toString().toLowerCase(Locale.ROOT);
    }

    /** As in {@code (i64, i64) -> i64}. */
    private static String type(FunctionType type) {
        return "(" + words(type.params()) + ")" + (type.returns().isEmpty() ? "" : " -> " + words(type.returns()));
    }

    private static String words(List<ValType> types) {
        return types.stream()
                .map(type -> type.toString().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }
}
