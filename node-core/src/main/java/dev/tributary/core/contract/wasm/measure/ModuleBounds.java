package dev.tributary.core.contract.wasm.measure;

import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import java.util.EnumMap;
import java.util.Map;

/**
 * The limits of what a module may consist of.
 *
 * @param limits a limit for each quantity
 */
public record ModuleBounds(Map<Quantity, Long> limits) {

    public ModuleBounds {
        limits = Map.copyOf(limits);
        for (Quantity each : Quantity.values()) {
            Long limit = limits.get(each);
            if (limit == null || limit < 0) {
                throw new IllegalArgumentException("the limit of " + each + " must be 0 or more, not " + limit);
            }
        }
    }

    /** The default limits, with the memory that the heap of this process allows. */
    public static ModuleBounds defaults() {
        Map<Quantity, Long> all = new EnumMap<>(Quantity.class);
        for (Quantity each : Quantity.values()) {
            all.put(each, each.limit());
        }
        return new ModuleBounds(all).within(MemoryPlan.ofThisProcess());
    }

    /** The limit of one quantity. */
    public long of(Quantity quantity) {
        return limits.getOrDefault(quantity, 0L);
    }

    /** These limits with another one. */
    public ModuleBounds with(Quantity quantity, long limit) {
        Map<Quantity, Long> changed = new EnumMap<>(limits);
        changed.put(quantity, limit);
        return new ModuleBounds(changed);
    }

    /** These limits with the memory that the plan allows. */
    public ModuleBounds within(MemoryPlan plan) {
        return with(Quantity.LOAD_MEMORY, Math.min(Quantity.LOAD_MEMORY.limit(), plan.bytes(MemoryUse.LOADING)));
    }
}
