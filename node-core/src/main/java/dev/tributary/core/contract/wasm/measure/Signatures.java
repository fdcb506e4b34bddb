package dev.tributary.core.contract.wasm.measure;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The types of a module and of its functions: how many parameters and results each has. */
final class Signatures {

    private int[] parameters = {};
    private int[] results = {};
    private int[] group = {};
    private int groups;
    private int[] functions = {};
    private int functionCount;

    /** Reads the type section. */
    void readTypes(ByteCursor section, byte[] wasm, Tally tally) throws MalformedModuleException, ExcessException {
        int count = section.readCount();
        tally.add(Quantity.TYPES, count);
        tally.check(Quantity.TYPES);
        parameters = new int[count];
        results = new int[count];
        group = new int[count];
        Map<String, Integer> known = new HashMap<>();
        for (int i = 0; i < count; i++) {
            int start = section.position();
            if (section.readByte() != 0x60) {
                throw new MalformedModuleException("a type is none of a function, which is not supported");
            }
            parameters[i] = readValues(section, tally);
            results[i] = readValues(section, tally);
            tally.max(Quantity.VALUES_OF_TYPE, (long) parameters[i] + results[i]);
            tally.check(Quantity.VALUES_OF_TYPE);
            String content = new String(wasm, start, section.position() - start, StandardCharsets.ISO_8859_1);
            group[i] = known.computeIfAbsent(content, unused -> groups++);
        }
    }

    private static int readValues(ByteCursor section, Tally tally) throws MalformedModuleException, ExcessException {
        int count = section.readCount();
        tally.max(Quantity.VALUES_OF_TYPE, count);
        tally.check(Quantity.VALUES_OF_TYPE);
        for (int i = 0; i < count; i++) {
            Opcodes.skipValueType(section);
        }
        return count;
    }

    /** Reserves room for this number of further functions. */
    void expect(int count) {
        functions = Arrays.copyOf(functions, functionCount + count);
    }

    /** Adds an imported or defined function of this type. */
    void add(long type, Tally tally) throws MalformedModuleException {
        functions[functionCount++] = checked(type);
        tally.add(Quantity.FUNCTION_VALUES, valuesOfType(type));
    }

    /** Counts the pairs of a function and a type that equals its own. */
    void countPairs(Tally tally) {
        long[] types = new long[groups];
        for (int each : group) {
            types[each]++;
        }
        for (int i = 0; i < functionCount; i++) {
            tally.add(Quantity.DISPATCH_PAIRS, types[group[functions[i]]]);
        }
    }

    int parametersOfType(long type) throws MalformedModuleException {
        return parameters[checked(type)];
    }

    int resultsOfType(long type) throws MalformedModuleException {
        return results[checked(type)];
    }

    int valuesOfType(long type) throws MalformedModuleException {
        return parametersOfType(type) + resultsOfType(type);
    }

    int typeOfFunction(long function) throws MalformedModuleException {
        if (function >= functionCount) {
            throw new MalformedModuleException("it calls function " + function + " of " + functionCount);
        }
        return functions[(int) function];
    }

    int functionCount() {
        return functionCount;
    }

    private int checked(long type) throws MalformedModuleException {
        if (type < 0 || type >= parameters.length) {
            throw new MalformedModuleException("it uses type " + type + " of " + parameters.length);
        }
        return (int) type;
    }
}
