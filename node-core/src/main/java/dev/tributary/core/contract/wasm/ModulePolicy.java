package dev.tributary.core.contract.wasm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.AnnotatedInstruction;
import run.endive.wasm.types.Export;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionBody;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.Import;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.OpCode;
import run.endive.wasm.types.ValType;

/**
 * Decides which modules may run. Rejects what would fail later: instructions that the engine cannot interrupt or
 * compile, imports that the host does not offer, exports that are missing or have another type.
 */
final class ModulePolicy {

    private static final Set<OpCode> ALLOWED = allowed();
    private static final Set<ValType> TYPES =
            Set.of(ValType.I32, ValType.I64, ValType.F32, ValType.F64, ValType.FuncRef, ValType.ExternRef);
    private static final FunctionType SET_ID = FunctionType.of(List.of(ValType.I64), List.of());
    private static final FunctionType INITIATE_BUFFER = FunctionType.of(List.of(ValType.I32), List.of(ValType.I64));

    static final String INITIATE_BUFFER_EXPORT = "__frnt__initiate_buffer";
    static final String SET_ID_EXPORT = "__frnt_set_id";

    private final WasmLimits limits;

    ModulePolicy(WasmLimits limits) {
        this.limits = limits;
    }

    /** Throws with the first reason why the module may not run. */
    void check(WasmModule module) throws UnsupportedModuleException {
        checkSizes(module);
        List<FunctionType> functions = importedTypes(module);
        for (int i = 0; i < module.functionSection().functionCount(); i++) {
            functions.add(module.functionSection().getFunctionType(i, module.typeSection()));
        }
        for (FunctionType type : functions) {
            checkTypes(type.params());
            checkTypes(type.returns());
        }
        checkExports(module, functions);
        checkCode(module);
    }

    /** The imported functions in the order of the module. */
    static List<ImportName> imports(WasmModule module) {
        return module.importSection().stream()
                .map(each -> new ImportName(each.module(), each.name()))
                .toList();
    }

    /** Initial number of elements of all tables. */
    static long tableElements(WasmModule module) {
        long elements = 0;
        for (int i = 0; i < module.tableSection().tableCount(); i++) {
            elements += module.tableSection().getTable(i).limits().min();
        }
        return elements;
    }

    private void checkSizes(WasmModule module) throws UnsupportedModuleException {
        int memories =
                module.memorySection().map(section -> section.memoryCount()).orElse(0);
        if (memories != 1) {
            throw new UnsupportedModuleException("it has " + memories + " memories of its own; it must have one");
        }
        MemoryLimits memory = module.memorySection().orElseThrow().getMemory(0).limits();
        if (memory.shared()) {
            throw new UnsupportedModuleException("its memory is shared between threads");
        }
        requireAtMost(
                "pages of memory to begin with",
                memory.initialPages(),
                limits.calls().memoryPages());
        if (module.tagSection().map(section -> section.tagCount()).orElse(0) > 0) {
            throw new UnsupportedModuleException("it uses exceptions, which are not supported");
        }
    }

    private static void requireAtMost(String what, long count, long maximum) throws UnsupportedModuleException {
        if (count > maximum) {
            throw new UnsupportedModuleException(
                    "it has " + count + " " + what + "; at most " + maximum + " are allowed");
        }
    }

    private static List<FunctionType> importedTypes(WasmModule module) throws UnsupportedModuleException {
        List<FunctionType> types = new ArrayList<>();
        for (int i = 0; i < module.importSection().importCount(); i++) {
            Import each = module.importSection().getImport(i);
            String name = each.module() + "." + each.name();
            if (!(each instanceof FunctionImport function)) {
                throw new UnsupportedModuleException("it imports the "
                        + each.importType().toString().toLowerCase(Locale.ROOT) + " " + name
                        + "; only functions are offered");
            }
            FunctionType offered = HostFunctions.type(each.module(), each.name());
            if (offered == null) {
                throw new UnsupportedModuleException("it imports " + name + ", which is not offered");
            }
            FunctionType wanted = module.typeSection().getType(function.typeIndex());
            if (!offered.equals(wanted)) {
                throw new UnsupportedModuleException("it imports " + name + " as " + wanted + "; it is " + offered);
            }
            types.add(wanted);
        }
        return types;
    }

    private static void checkExports(WasmModule module, List<FunctionType> functions)
            throws UnsupportedModuleException {
        Map<String, Export> exports = new HashMap<>();
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            Export export = module.exportSection().getExport(i);
            exports.put(export.name(), export);
        }
        Export memory = exports.get("memory");
        if (memory == null || memory.exportType() != ExternalType.MEMORY) {
            throw new UnsupportedModuleException("it does not export its memory as 'memory'");
        }
        checkExport(exports, functions, INITIATE_BUFFER_EXPORT, INITIATE_BUFFER);
        if (exports.containsKey(SET_ID_EXPORT)) {
            checkExport(exports, functions, SET_ID_EXPORT, SET_ID);
        }
        for (GuestFunction function : GuestFunction.values()) {
            ValType[] parameters = new ValType[function.arguments()];
            Arrays.fill(parameters, ValType.I64);
            checkExport(
                    exports, functions, function.export(), FunctionType.of(List.of(parameters), List.of(ValType.I64)));
        }
    }

    private static void checkExport(
            Map<String, Export> exports, List<FunctionType> functions, String name, FunctionType type)
            throws UnsupportedModuleException {
        @Nullable Export export = exports.get(name);
        if (export == null || export.exportType() != ExternalType.FUNCTION) {
            throw new UnsupportedModuleException("it does not export the function '" + name + "'");
        }
        FunctionType actual = functions.get(export.index());
        if (!actual.equals(type)) {
            throw new UnsupportedModuleException("it exports '" + name + "' as " + actual + "; it must be " + type);
        }
    }

    private static void checkCode(WasmModule module) throws UnsupportedModuleException {
        for (FunctionBody body : module.codeSection().functionBodies()) {
            checkTypes(body.localTypes());
            for (AnnotatedInstruction instruction : body.instructions()) {
                if (!ALLOWED.contains(instruction.opcode())) {
                    throw new UnsupportedModuleException("it uses the instruction " + instruction.opcode()
                            + "; allowed are WebAssembly 1.0, sign extension, saturating conversions, bulk memory and"
                            + " reference types");
                }
            }
        }
    }

    private static void checkTypes(List<ValType> types) throws UnsupportedModuleException {
        for (ValType type : types) {
            if (!TYPES.contains(type)) {
                throw new UnsupportedModuleException("it uses the type " + type + ", which is not supported");
            }
        }
    }

    /** The allowed instructions. Tail calls above all are excluded: a loop of tail calls cannot be interrupted. */
    private static Set<OpCode> allowed() {
        EnumSet<OpCode> allowed = EnumSet.of(
                OpCode.UNREACHABLE,
                OpCode.NOP,
                OpCode.BLOCK,
                OpCode.LOOP,
                OpCode.IF,
                OpCode.ELSE,
                OpCode.END,
                OpCode.BR,
                OpCode.BR_IF,
                OpCode.BR_TABLE,
                OpCode.RETURN,
                OpCode.CALL,
                OpCode.CALL_INDIRECT,
                OpCode.DROP,
                OpCode.SELECT,
                OpCode.SELECT_T,
                OpCode.REF_NULL,
                OpCode.REF_IS_NULL,
                OpCode.REF_FUNC);
        allowed.addAll(EnumSet.range(OpCode.LOCAL_GET, OpCode.I64_EXTEND_32_S));
        allowed.addAll(EnumSet.range(OpCode.I32_TRUNC_SAT_F32_S, OpCode.TABLE_FILL));
        return allowed;
    }
}
