package dev.tributary.core.contract.wasm.measure;

import java.util.Arrays;

/**
 * Measures one function body at a time: follows the height of its operand stack as a validator does, without types.
 * What is not valid is measured as if it were; the engine finds it.
 */
final class BodyMeter {

    private final Signatures signatures;
    private final Tally tally;

    // The open blocks: the height below each, its values at its start, at a branch, and at its end.
    private int[] heights = new int[64];
    private int[] startValues = new int[64];
    private int[] branchValues = new int[64];
    private int[] endValues = new int[64];
    private int depth;
    private long height;
    private long locals;
    private long cells;

    BodyMeter(Signatures signatures, Tally tally) {
        this.signatures = signatures;
        this.tally = tally;
    }

    /** Measures the body of a function of this type. */
    void measure(ByteCursor body, int type) throws MalformedModuleException, ExcessException {
        tally.max(Quantity.BODY_BYTES, body.remaining());
        tally.check(Quantity.BODY_BYTES);
        readLocals(body);
        locals += signatures.parametersOfType(type);
        depth = 0;
        height = 0;
        cells = 0;
        open(0, signatures.resultsOfType(type), signatures.resultsOfType(type));
        while (depth > 0) {
            tally.add(Quantity.INSTRUCTIONS, 1);
            step(body.readByte(), body);
        }
        tally.max(Quantity.FRAME_CELLS_OF_FUNCTION, cells);
        tally.add(Quantity.FRAME_CELLS, cells);
        if (body.hasMore()) {
            throw new MalformedModuleException("a function has bytes after its end");
        }
    }

    private void readLocals(ByteCursor body) throws MalformedModuleException {
        locals = 0;
        for (int groups = body.readCount(); groups > 0; groups--) {
            locals += body.readUnsigned();
            Opcodes.skipValueType(body);
        }
        tally.max(Quantity.LOCALS_OF_FUNCTION, locals);
        tally.add(Quantity.LOCALS, locals);
        // Beyond this the function is refused; the sums that follow must not overflow.
        locals = Math.min(locals, Integer.MAX_VALUE);
    }

    private void step(int opcode, ByteCursor body) throws MalformedModuleException, ExcessException {
        switch (opcode) {
            case Opcodes.BLOCK -> openBlock(body, 1, false, 0);
            case Opcodes.LOOP -> openBlock(body, 2, true, 0);
            case Opcodes.IF -> openBlock(body, 2, false, 1);
            case Opcodes.ELSE -> {
                height = (long) heights[depth - 1] + startValues[depth - 1];
                label();
            }
            case Opcodes.END -> close();
            case Opcodes.BR -> {
                branch(body.readUnsigned());
                unreachable();
            }
            case Opcodes.BR_IF -> {
                change(-1);
                branch(body.readUnsigned());
                label();
            }
            case Opcodes.BR_TABLE -> branchTable(body);
            case Opcodes.RETURN -> {
                branch(depth - 1L);
                unreachable();
            }
            case Opcodes.UNREACHABLE -> unreachable();
            case Opcodes.CALL -> call(signatures.typeOfFunction(body.readUnsigned()));
            case Opcodes.CALL_INDIRECT -> {
                change(-1);
                long type = body.readUnsigned();
                body.skipNumber(5);
                call(type);
            }
            default -> change(Opcodes.skip(opcode, body));
        }
    }

    private void openBlock(ByteCursor body, int labels, boolean loops, int popped)
            throws MalformedModuleException, ExcessException {
        int parameters = 0;
        int results = 0;
        int first = body.peek();
        if (first == 0x40 || (first >= 0x6f && first <= 0x7f)) {
            body.skip(1);
            results = first == 0x40 ? 0 : 1;
        } else {
            long type = body.readUnsigned();
            parameters = signatures.parametersOfType(type);
            results = signatures.resultsOfType(type);
        }
        change(-popped);
        moved((long) parameters + results);
        change(-parameters);
        open(parameters, loops ? parameters : results, results);
        change(parameters);
        for (int i = 0; i < labels; i++) {
            label();
        }
    }

    private void open(int atStart, int atBranch, int atEnd) throws ExcessException {
        tally.max(Quantity.NESTING, depth);
        tally.check(Quantity.NESTING);
        if (depth == heights.length) {
            heights = Arrays.copyOf(heights, 2 * depth);
            startValues = Arrays.copyOf(startValues, 2 * depth);
            branchValues = Arrays.copyOf(branchValues, 2 * depth);
            endValues = Arrays.copyOf(endValues, 2 * depth);
        }
        heights[depth] = (int) height;
        startValues[depth] = atStart;
        branchValues[depth] = atBranch;
        endValues[depth++] = atEnd;
    }

    private void close() {
        depth--;
        moved(endValues[depth]);
        height = (long) heights[depth] + endValues[depth];
    }

    /** A branch to the block this far out: it keeps the values of the block and unwinds the rest of the stack. */
    private void branch(long outwards) throws MalformedModuleException {
        if (outwards >= depth) {
            throw new MalformedModuleException(
                    "it branches out of " + outwards + " blocks where " + depth + " are open");
        }
        int target = depth - 1 - (int) outwards;
        moved(branchValues[target] + Math.max(0, height - heights[target]));
    }

    private void branchTable(ByteCursor body) throws MalformedModuleException, ExcessException {
        change(-1);
        int entries = body.readCount();
        tally.max(Quantity.BRANCHES_OF_TABLE, entries);
        tally.add(Quantity.BRANCHES, entries + 1L);
        tally.check(Quantity.BRANCHES_OF_TABLE);
        for (int i = 0; i <= entries; i++) {
            branch(body.readUnsigned());
            label();
        }
        unreachable();
    }

    private void call(long type) throws MalformedModuleException {
        moved(signatures.valuesOfType(type));
        change(-signatures.parametersOfType(type));
        change(signatures.resultsOfType(type));
    }

    private void unreachable() {
        height = heights[depth - 1];
    }

    /** Changes the height, never below that of the block: after an unconditional branch any value may be popped. */
    private void change(int values) {
        height = Math.max(heights[depth - 1], height + values);
    }

    private void moved(long values) {
        tally.add(Quantity.MOVED_VALUES, values);
    }

    private void label() {
        cells += locals + height;
    }
}
