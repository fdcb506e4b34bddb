package dev.tributary.core.contract.wasm.measure;

/** Measures one section of a module. */
final class SectionMeter {

    private final ByteCursor section;
    private final Tally tally;
    private final Signatures signatures;

    SectionMeter(ByteCursor section, Tally tally, Signatures signatures) {
        this.section = section;
        this.tally = tally;
        this.signatures = signatures;
    }

    void imports() throws ExcessException, MalformedModuleException {
        int count = count(Quantity.IMPORTS);
        signatures.expect(count);
        for (int i = 0; i < count; i++) {
            name();
            name();
            switch (section.readByte()) {
                case 0 -> signatures.add(section.readUnsigned(), tally);
                case 1 -> {
                    Opcodes.skipValueType(section);
                    limits();
                }
                case 2 -> limits();
                case 3 -> {
                    Opcodes.skipValueType(section);
                    section.skip(1);
                }
                default -> throw new MalformedModuleException("it has an import of an unknown kind");
            }
        }
    }

    void functions() throws ExcessException, MalformedModuleException {
        int count = count(Quantity.FUNCTIONS);
        signatures.expect(count);
        for (int i = 0; i < count; i++) {
            signatures.add(section.readUnsigned(), tally);
        }
    }

    void tables() throws ExcessException, MalformedModuleException {
        for (int i = count(Quantity.TABLES); i > 0; i--) {
            boolean initialized = section.peek() == 0x40;
            if (initialized) {
                section.skip(2);
            }
            Opcodes.skipValueType(section);
            tally.add(Quantity.TABLE_ELEMENTS, limits());
            if (initialized) {
                expression();
            }
        }
    }

    void memories() throws ExcessException, MalformedModuleException {
        for (int i = count(Quantity.MEMORIES); i > 0; i--) {
            limits();
        }
    }

    void globals() throws ExcessException, MalformedModuleException {
        for (int i = count(Quantity.GLOBALS); i > 0; i--) {
            Opcodes.skipValueType(section);
            section.skip(1);
            expression();
        }
    }

    void exports() throws ExcessException, MalformedModuleException {
        for (int i = count(Quantity.EXPORTS); i > 0; i--) {
            name();
            section.skip(1);
            section.readUnsigned();
        }
    }

    void elements() throws ExcessException, MalformedModuleException {
        for (int i = count(Quantity.ELEMENT_SEGMENTS); i > 0; i--) {
            int kind = section.readByte();
            if (kind > 7) {
                throw new MalformedModuleException("it has an element segment of an unknown kind");
            }
            boolean active = (kind & 1) == 0;
            if (active && (kind & 2) != 0) {
                section.readUnsigned();
            }
            if (active) {
                expression();
            }
            boolean expressions = (kind & 4) != 0;
            if ((kind & 3) != 0) {
                section.skip(1);
            }
            entries(expressions);
        }
    }

    private void entries(boolean expressions) throws MalformedModuleException {
        int count = section.readCount();
        tally.add(Quantity.ELEMENTS, count);
        for (int i = 0; i < count; i++) {
            if (expressions) {
                expression();
            } else {
                section.readUnsigned();
            }
        }
    }

    /** Measures the bodies of the functions that the module defines, of which this is the first. */
    void code(int firstFunction) throws ExcessException, MalformedModuleException {
        int count = section.readCount();
        int declared = signatures.functionCount() - firstFunction;
        if (count != declared) {
            throw new MalformedModuleException("it declares " + declared + " functions and has " + count + " bodies");
        }
        BodyMeter meter = new BodyMeter(signatures, tally);
        for (int i = 0; i < count; i++) {
            meter.measure(section.part(section.readUnsigned()), signatures.typeOfFunction(firstFunction + (long) i));
        }
    }

    void data() throws ExcessException, MalformedModuleException {
        for (int i = count(Quantity.DATA_SEGMENTS); i > 0; i--) {
            long kind = section.readUnsigned();
            if (kind > 2) {
                throw new MalformedModuleException("it has a data segment of an unknown kind");
            }
            if (kind == 2) {
                section.readUnsigned();
            }
            if (kind != 1) {
                expression();
            }
            section.skip(section.readUnsigned());
        }
    }

    private int count(Quantity quantity) throws ExcessException, MalformedModuleException {
        int count = section.readCount();
        tally.add(quantity, count);
        tally.check(quantity);
        return count;
    }

    private void name() throws MalformedModuleException {
        long size = section.readUnsigned();
        tally.add(Quantity.NAME_BYTES, size);
        section.skip(size);
    }

    /** Reads the limits of a table or memory; returns the minimum. */
    private long limits() throws MalformedModuleException {
        int flags = section.readByte();
        long minimum = section.readLong();
        if ((flags & 1) != 0) {
            section.readLong();
        }
        return minimum;
    }

    /** Skips a constant expression up to its end. */
    private void expression() throws MalformedModuleException {
        for (int opcode = section.readByte(); opcode != Opcodes.END; opcode = section.readByte()) {
            tally.add(Quantity.INSTRUCTIONS, 1);
            Opcodes.skip(opcode, section);
        }
    }
}
