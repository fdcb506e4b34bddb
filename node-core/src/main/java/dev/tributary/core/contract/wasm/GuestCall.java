package dev.tributary.core.contract.wasm;

import java.util.List;
import run.endive.runtime.Instance;

/**
 * One call of one function on an instance made for it. The order of its steps is the network's, to the byte: where a
 * guest's allocations lie decides the order of its hash maps, and so the bytes of its answers.
 */
final class GuestCall {

    private static final int STRUCT = 16;
    private static final int KIND_AT = 8;
    private static final int SIZE_AT = 12;

    private final LoadedModule module;
    private final HostCall host;
    private final WasmLimits limits;
    private final MemoryGauge gauge;

    GuestCall(LoadedModule module, HostCall host, WasmLimits limits, MemoryGauge gauge) {
        this.module = module;
        this.host = host;
        this.limits = limits;
        this.gauge = gauge;
    }

    /**
     * Runs it.
     *
     * @param id what the guest is told of which call this is
     * @param room how many bytes of arguments memory is made room for
     */
    GuestAnswer run(GuestFunction function, long id, long room, List<GuestInput> arguments) {
        Instance instance = module.instantiate(host);
        GuestMemory memory = new GuestMemory(instance.memory());
        gauge.begin(memory);
        try {
            return run(function, id, room, arguments, instance, memory);
        } finally {
            gauge.end(memory);
        }
    }

    private GuestAnswer run(
            GuestFunction function,
            long id,
            long room,
            List<GuestInput> arguments,
            Instance instance,
            GuestMemory memory) {
        GuestBuffers buffers = new GuestBuffers(
                memory,
                capacity -> instance.export(ModulePolicy.INITIATE_BUFFER_EXPORT).apply(capacity)[0],
                module.streaming());
        host.serve(memory, buffers);
        if (module.wantsId()) {
            instance.export(ModulePolicy.SET_ID_EXPORT).apply(id);
        }
        memory.reserve(room);
        long[] pointers = new long[arguments.size()];
        for (int i = 0; i < pointers.length; i++) {
            pointers[i] = buffers.pass(arguments.get(i));
        }
        return answer(function, memory, instance.export(function.export()).apply(pointers)[0]);
    }

    private GuestAnswer answer(GuestFunction function, GuestMemory memory, long struct) {
        if (!memory.holds(struct, STRUCT)) {
            throw GuestFault.malformed("the answer is at 0x" + Long.toHexString(struct) + ", outside the memory of "
                    + memory.size() + " bytes");
        }
        long payload = memory.readLong(struct, "the answer");
        int kind = memory.readInt(struct + KIND_AT, "the answer");
        long size = Integer.toUnsignedLong(memory.readInt(struct + SIZE_AT, "the answer"));
        if (size > limits.answerBytes()) {
            throw GuestFault.malformed(
                    "the answer has " + size + " bytes; at most " + limits.answerBytes() + " are read");
        }
        return new GuestAnswer(function, kind, memory.readBytes(payload, (int) size, "the answer's content"));
    }
}
