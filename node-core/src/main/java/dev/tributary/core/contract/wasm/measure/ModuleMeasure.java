package dev.tributary.core.contract.wasm.measure;

import java.util.Map;

/**
 * Measures a module in one pass over its bytes, before the engine allocates anything for it. It takes some ten
 * milliseconds for a megabyte, and memory for the types of functions only.
 */
public final class ModuleMeasure {

    private static final int HEADER_BYTES = 8;
    private static final int MAX_SECTION = 12;

    private final byte[] wasm;
    private final Tally tally;
    private final Signatures signatures = new Signatures();
    private int definedFrom;

    private ModuleMeasure(byte[] wasm, ModuleBounds bounds) {
        this.wasm = wasm;
        this.tally = new Tally(bounds);
    }

    /**
     * Measures the module; returns the value of each quantity.
     *
     * @throws ExcessException if one exceeds its limit
     * @throws MalformedModuleException if the bytes cannot be read as a module
     */
    public static Map<Quantity, Long> of(byte[] wasm, ModuleBounds bounds)
            throws ExcessException, MalformedModuleException {
        return new ModuleMeasure(wasm, bounds).measure();
    }

    private Map<Quantity, Long> measure() throws ExcessException, MalformedModuleException {
        tally.add(Quantity.BYTES, wasm.length);
        tally.check(Quantity.BYTES);
        ByteCursor module = new ByteCursor(wasm, 0, wasm.length);
        module.skip(HEADER_BYTES);
        while (module.hasMore()) {
            int id = module.readByte();
            section(id, module.part(module.readUnsigned()));
        }
        signatures.countPairs(tally);
        tally.add(Quantity.LOAD_MEMORY, MemoryEstimate.bytes(tally));
        tally.checkAll();
        return tally.values();
    }

    private void section(int id, ByteCursor section) throws ExcessException, MalformedModuleException {
        SectionMeter meter = new SectionMeter(section, tally, signatures);
        switch (id) {
            case 0 -> section.skip(section.readUnsigned());
            case 1 -> signatures.readTypes(section, wasm, tally);
            case 2 -> meter.imports();
            case 3 -> {
                definedFrom = signatures.functionCount();
                meter.functions();
            }
            case 4 -> meter.tables();
            case 5 -> meter.memories();
            case 6 -> meter.globals();
            case 7 -> meter.exports();
            case 9 -> meter.elements();
            case 10 -> meter.code(definedFrom);
            case 11 -> meter.data();
            default -> {
                if (id > MAX_SECTION) {
                    throw new MalformedModuleException("it has a section of kind " + id
                            + ", of exceptions or later features, which is not supported");
                }
            }
        }
    }
}
