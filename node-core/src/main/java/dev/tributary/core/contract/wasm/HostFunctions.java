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
 * The functions that a module may import, all that there are. Those of delegates link as well and answer -1, as they do on
 * the network's other nodes when a contract calls them.
 */
final class HostFunctions {

    /** Modules that import from here get their arguments in windows. */
    static final String STREAMING_MODULE = "freenet_contract_io";

    /** What one function does for one call. */
    private interface Act {
        long @Nullable [] apply(HostCall call, long[] arguments);
    }

    private record Offer(FunctionType type, Act act) {}

    private static final ValType I32 = ValType.I32;
    private static final ValType I64 = ValType.I64;
    private static final long[] OUTSIDE_A_DELEGATE = {-1};
    private static final Map<String, Offer> OFFERS = offers();

    private HostFunctions() {}

    /** The type of the function, or null if it is not offered. */
    static @Nullable FunctionType type(String module, String name) {
        Offer offer = OFFERS.get(module + "." + name);
        return offer == null ? null : offer.type();
    }

    /** The named functions, bound to one call. */
    static List<ImportFunction> bind(List<ImportName> names, HostCall call) {
        List<ImportFunction> bound = new ArrayList<>(names.size());
        for (ImportName name : names) {
            Offer offer = OFFERS.get(name.module() + "." + name.name());
            if (offer != null) {
                Act act = offer.act();
                bound.add(new HostFunction(
                        name.module(), name.name(), offer.type(), (instance, arguments) -> act.apply(call, arguments)));
            }
        }
        return bound;
    }

    private static Map<String, Offer> offers() {
        Map<String, Offer> all = new LinkedHashMap<>();
        all.put("freenet_contract_io.__frnt__fill_buffer", new Offer(type(List.of(I64, I64), I32), (call, args) ->
                new long[] {call.refill(args[0], args[1])}));
        all.put(
                "freenet_log.__frnt__logger__info",
                silent(List.of(I64, I64, I32), (call, args) -> call.log(args[0], args[1], (int) args[2])));
        all.put(
                "freenet_rand.__frnt__rand__rand_bytes",
                silent(List.of(I64, I64, I32), (call, args) -> call.random(args[0], args[1], (int) args[2])));
        all.put(
                "freenet_time.__frnt__time__utc_now",
                silent(List.of(I64, I64), (call, args) -> call.time(args[0], args[1])));
        String context = "freenet_delegate_ctx.__frnt__delegate__";
        all.put(context + "ctx_len", refused(List.of(), I32));
        all.put(context + "ctx_read", refused(List.of(I64, I32), I32));
        all.put(context + "ctx_write", refused(List.of(I64, I32), I32));
        String secrets = "freenet_delegate_secrets.__frnt__delegate__";
        for (String name : List.of("get_secret_len", "has_secret", "remove_secret", "list_secrets_len")) {
            all.put(secrets + name, refused(List.of(I64, I32), I32));
        }
        for (String name : List.of("get_secret", "set_secret", "list_secrets")) {
            all.put(secrets + name, refused(List.of(I64, I32, I64, I32), I32));
        }
        String contracts = "freenet_delegate_contracts.__frnt__delegate__";
        for (String name : List.of("get_contract_state_len", "subscribe_contract")) {
            all.put(contracts + name, refused(List.of(I64, I32), I64));
        }
        for (String name : List.of("get_contract_state", "put_contract_state", "update_contract_state")) {
            all.put(contracts + name, refused(List.of(I64, I32, I64, I64), I64));
        }
        all.put(
                "freenet_delegate_management.__frnt__delegate__create_delegate",
                refused(List.of(I64, I64, I64, I64, I64, I64, I64, I64), I32));
        return all;
    }

    private static Offer silent(List<ValType> parameters, BiConsumer<HostCall, long[]> act) {
        return new Offer(FunctionType.of(parameters, List.of()), (call, arguments) -> {
            act.accept(call, arguments);
            return null;
        });
    }

    private static Offer refused(List<ValType> parameters, ValType answer) {
        return new Offer(type(parameters, answer), (call, arguments) -> OUTSIDE_A_DELEGATE);
    }

    private static FunctionType type(List<ValType> parameters, ValType answer) {
        return FunctionType.of(parameters, List.of(answer));
    }
}
