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
 * A description of a module for people. The module is not run, and may be one that a node refuses:
 * {@link WasmContractRuntime#prepare} tells whether a node runs it.
 *
 * @param exports exports in the order of the module
 * @param imports imports in the order of the module
 * @param functions number of functions that the module defines
 * @param tableElements initial number of table elements
 * @param memories memories of the module; a contract has one
 * @param streaming true if the module takes arguments in windows that the host refills, false if whole
 */
public record ModuleDescription(
        List<Export> exports,
        List<Import> imports,
        int functions,
        long tableElements,
        List<Memory> memories,
        boolean streaming) {

    /** An export: its name and its kind; for a function the kind is the type. */
    public record Export(String name, String kind) {}

    /** An import, and whether a node offers it; for a function the kind is the type. */
    public record Import(String module, String name, String kind, boolean offered) {}

    /** A memory: its initial and its declared maximum size in pages of 64 KiB. */
    public record Memory(int initialPages, int maximumPages) {}

    public ModuleDescription {
        exports = List.copyOf(exports);
        imports = List.copyOf(imports);
        memories = List.copyOf(memories);
    }

    /** Describes a module; throws {@link IllegalArgumentException} with the reason if it cannot be read. */
    public static ModuleDescription of(ContractCode code) {
        try {
            return ModuleLoader.read(code, ModuleDescription::of);
        } catch (UnsupportedModuleException fault) {
            throw new IllegalArgumentException("not valid WebAssembly: " + fault.detail(), fault);
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
                    boolean isFunction = each instanceof FunctionImport;
                    FunctionType type = isFunction
                            ? module.typeSection().getType(((FunctionImport) each).typeIndex())
                            : FunctionType.empty();
                    return new Import(
                            each.module(),
                            each.name(),
                            isFunction ? text(type) : text(each.importType()),
                            isFunction && type.equals(HostFunctions.type(each.module(), each.name())));
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
                            ? text(functions.get(export.index()))
                            : text(export.exportType())));
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

    private static String text(ExternalType type) {
        return type.toString().toLowerCase(Locale.ROOT);
    }

    /** The type as text, for example {@code (i64, i64) -> i64}. */
    private static String text(FunctionType type) {
        return "(" + list(type.params()) + ")" + (type.returns().isEmpty() ? "" : " -> " + list(type.returns()));
    }

    private static String list(List<ValType> types) {
        return types.stream()
                .map(type -> type.toString().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }
}
