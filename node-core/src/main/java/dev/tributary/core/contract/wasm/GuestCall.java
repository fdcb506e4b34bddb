package dev.tributary.core.contract.wasm;

import java.util.List;
import run.endive.runtime.Instance;

/**
 * One call of one function on a new instance. The order of the steps must be exactly that of the network's nodes: the
 * addresses of a guest's allocations decide the order of its hash maps, and so the bytes of its answers.
 */
final class GuestCall {

    private static final int ANSWER_BYTES = 16;
    private static final int KIND_OFFSET = 8;
    private static final int SIZE_OFFSET = 12;

    private final LoadedModule module;
    private final HostContext host;
    private final WasmLimits limits;
    private final MemoryGauge gauge;

    GuestCall(LoadedModule module, HostContext host, WasmLimits limits, MemoryGauge gauge) {
        this.module = module;
        this.host = host;
        this.limits = limits;
        this.gauge = gauge;
    }

    /**
     * Calls the function and reads its answer. Throws {@link GuestFaultException} if the answer cannot be read or memory for the
     * arguments is missing; the engine's exceptions pass through.
     *
     * @param callId id of the call, which a guest passes back to host functions
     * @param reservedBytes number of bytes of memory to reserve for the arguments
     */
    GuestAnswer run(GuestFunction function, long callId, long reservedBytes, List<GuestInput> arguments) {
        try (MemoryGauge.Guest guest = gauge.open()) {
            Instance instance = module.instantiate(host, guest);
            return run(function, callId, reservedBytes, arguments, instance, guest);
        }
    }

    private GuestAnswer run(
            GuestFunction function,
            long callId,
            long reservedBytes,
            List<GuestInput> arguments,
            Instance instance,
            MemoryGauge.Guest guest) {
        GuestMemory memory = new GuestMemory(instance.memory());
        GuestBuffers buffers = new GuestBuffers(
                memory,
                capacity -> instance.export(ModulePolicy.INITIATE_BUFFER_EXPORT).apply(capacity)[0],
                module.streaming());
        host.attach(memory, buffers);
        if (module.expectsCallId()) {
            instance.export(ModulePolicy.SET_ID_EXPORT).apply(callId);
        }
        memory.reserve(reservedBytes);
        long[] pointers = new long[arguments.size()];
        for (int i = 0; i < pointers.length; i++) {
            pointers[i] = buffers.write(arguments.get(i));
        }
        return answer(
                function, memory, guest, instance.export(function.export()).apply(pointers)[0]);
    }

    private GuestAnswer answer(GuestFunction function, GuestMemory memory, MemoryGauge.Guest guest, long address) {
        if (!memory.contains(address, ANSWER_BYTES)) {
            throw GuestFaultException.malformed("the answer is at 0x" + Long.toHexString(address)
                    + ", outside the memory of " + memory.size() + " bytes");
        }
        long payload = memory.readLong(address, "the answer");
        int kind = memory.readInt(address + KIND_OFFSET, "the answer");
        long size = Integer.toUnsignedLong(memory.readInt(address + SIZE_OFFSET, "the answer"));
        if (size > limits.calls().answerBytes()) {
            throw GuestFaultException.malformed("the answer has " + size + " bytes; at most "
                    + limits.calls().answerBytes() + " are allowed");
        }
        guest.take(size);
        return new GuestAnswer(function, kind, memory.readBytes(payload, (int) size, "the answer's content"));
    }
}
