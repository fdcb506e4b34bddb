package dev.tributary.core.contract.wasm.measure;

/** Estimates the heap that the engine holds while it loads a module, from measurements of the engine. */
final class MemoryEstimate {

    private static final int FOR_BYTE = 4;
    private static final int FOR_INSTRUCTION = 120;
    private static final int FOR_FUNCTION = 2_000;
    private static final int FOR_ENTRY = 500;
    private static final int FOR_LOCAL = 16;
    private static final int FOR_PAIR = 300;
    private static final int FOR_CELL = 4;

    private MemoryEstimate() {}

    static long bytes(Tally tally) {
        long entries = tally.get(Quantity.TYPES)
                + tally.get(Quantity.IMPORTS)
                + tally.get(Quantity.EXPORTS)
                + tally.get(Quantity.GLOBALS)
                + tally.get(Quantity.TABLE_ELEMENTS)
                + tally.get(Quantity.ELEMENT_SEGMENTS)
                + tally.get(Quantity.ELEMENTS)
                + tally.get(Quantity.DATA_SEGMENTS)
                + tally.get(Quantity.BRANCHES);
        return FOR_BYTE * tally.get(Quantity.BYTES)
                + FOR_INSTRUCTION * tally.get(Quantity.INSTRUCTIONS)
                + FOR_FUNCTION * tally.get(Quantity.FUNCTIONS)
                + FOR_ENTRY * Math.min(entries, Integer.MAX_VALUE)
                + FOR_LOCAL * Math.min(tally.get(Quantity.LOCALS), Integer.MAX_VALUE)
                + FOR_PAIR * tally.get(Quantity.DISPATCH_PAIRS)
                + FOR_CELL * Math.min(tally.get(Quantity.FRAME_CELLS_OF_FUNCTION), Integer.MAX_VALUE);
    }
}
