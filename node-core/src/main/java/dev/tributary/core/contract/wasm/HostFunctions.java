package dev.tributary.core.contract.wasm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportFunction;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/**
 * All functions that a module may import. Functions of delegates can be linked too and return -1, as on the network's
 * other nodes when a contract calls them.
 */
final class HostFunctions {

    /** Name of the import module of streaming contracts, which get their arguments in windows. */
    static final String STREAMING_MODULE = "freenet_contract_io";

    /** Implementation of a host function. */
    private interface Implementation {
        long @Nullable [] apply(HostContext call, long[] arguments);
    }

    private record HostExport(FunctionType type, Implementation implementation) {}

    private static final ValType I32 = ValType.I32;
    private static final ValType I64 = ValType.I64;
    private static final long[] OUTSIDE_A_DELEGATE = {-1};
    private static final Map<String, HostExport> EXPORTS = exports();

    private HostFunctions() {}

    /** The type of the function, or null if the host has no such function. */
    static @Nullable FunctionType type(String module, String name) {
        HostExport export = EXPORTS.get(module + "." + name);
        return export == null ? null : export.type();
    }

    /** Binds the named functions to one call. */
    static List<ImportFunction> bind(List<ImportName> names, HostContext call) {
        List<ImportFunction> bound = new ArrayList<>(names.size());
        for (ImportName name : names) {
            HostExport export = EXPORTS.get(name.module() + "." + name.name());
            if (export != null) {
                Implementation implementation = export.implementation();
                bound.add(new HostFunction(
                        name.module(),
                        name.name(),
                        export.type(),
                        (instance, arguments) -> implementation.apply(call, arguments)));
            }
        }
        return bound;
    }

    private static Map<String, HostExport> exports() {
        Map<String, HostExport> all = new LinkedHashMap<>();
        all.put("freenet_contract_io.__frnt__fill_buffer", new HostExport(type(List.of(I64, I64), I32), (call, args) ->
                new long[] {call.refill(args[0], args[1])}));
        all.put(
                "freenet_log.__frnt__logger__info",
                withoutResult(List.of(I64, I64, I32), (call, args) -> call.log(args[0], args[1], (int) args[2])));
        all.put(
                "freenet_rand.__frnt__rand__rand_bytes",
                withoutResult(List.of(I64, I64, I32), (call, args) -> call.random(args[0], args[1], (int) args[2])));
        all.put(
                "freenet_time.__frnt__time__utc_now",
                withoutResult(List.of(I64, I64), (call, args) -> call.time(args[0], args[1])));
        String context = "freenet_delegate_ctx.__frnt__delegate__";
        all.put(context + "ctx_len", delegateOnly(List.of(), I32));
        all.put(context + "ctx_read", delegateOnly(List.of(I64, I32), I32));
        all.put(context + "ctx_write", delegateOnly(List.of(I64, I32), I32));
        String secrets = "freenet_delegate_secrets.__frnt__delegate__";
        for (String name : List.of("get_secret_len", "has_secret", "remove_secret", "list_secrets_len")) {
            all.put(secrets + name, delegateOnly(List.of(I64, I32), I32));
        }
        for (String name : List.of("get_secret", "set_secret", "list_secrets")) {
            all.put(secrets + name, delegateOnly(List.of(I64, I32, I64, I32), I32));
        }
        String contracts = "freenet_delegate_contracts.__frnt__delegate__";
        for (String name : List.of("get_contract_state_len", "subscribe_contract")) {
            all.put(contracts + name, delegateOnly(List.of(I64, I32), I64));
        }
        for (String name : List.of("get_contract_state", "put_contract_state", "update_contract_state")) {
            all.put(contracts + name, delegateOnly(List.of(I64, I32, I64, I64), I64));
        }
        all.put(
                "freenet_delegate_management.__frnt__delegate__create_delegate",
                delegateOnly(List.of(I64, I64, I64, I64, I64, I64, I64, I64), I32));
        return all;
    }

    private static HostExport withoutResult(List<ValType> parameters, BiConsumer<HostContext, long[]> implementation) {
        return new HostExport(FunctionType.of(parameters, List.of()), (call, arguments) -> {
            implementation.accept(call, arguments);
            return null;
        });
    }

    private static HostExport delegateOnly(List<ValType> parameters, ValType answer) {
        return new HostExport(type(parameters, answer), (call, arguments) -> OUTSIDE_A_DELEGATE);
    }

    private static FunctionType type(List<ValType> parameters, ValType answer) {
        return FunctionType.of(parameters, List.of(answer));
    }
}
