package dev.tributary.core.contract.wasm.measure;

/**
 * What of a module costs memory or processor time when the engine loads it, with the default limit and its reason. The
 * figures of a reason are of the engine on one core. A contract of 800 KB that a compiler made has, for comparison, some
 * 2 000 functions, 100 types, 300 000 instructions, and locals and branch table entries in the tens of thousands.
 */
public enum Quantity {
    BYTES("bytes", 10 << 20, "the network's maximum for code"),
    TYPES("types", 2_000, "each is a dispatch method of the compiled code"),
    VALUES_OF_TYPE("parameters and results of one type", 250, "a Java method takes at most 255"),
    IMPORTS("imports", 1_000, "each is bound at every call; fewer than 30 functions are offered"),
    FUNCTIONS("functions", 20_000, "each needs 16 KB while it is compiled, even if empty"),
    FUNCTION_VALUES(
            "parameters and results of all functions",
            200_000,
            "each needs 500 bytes while the calls to it are compiled"),
    DISPATCH_PAIRS(
            "pairs of a function and a type equal to its own",
            100_000,
            "the compiler emits a branch for each pair: 7 us and 3 KB"),
    TABLES("tables", 16, "each is created at every call"),
    TABLE_ELEMENTS("table elements", 10_000, "they are allocated at every call"),
    MEMORIES("memories", 1, "a contract has one"),
    GLOBALS("globals", 10_000, "they are allocated at every call"),
    EXPORTS("exports", 10_000, "they are searched by name"),
    NAME_BYTES("bytes of names", 1 << 20, "each name becomes a string of the engine"),
    ELEMENT_SEGMENTS("element segments", 1_000, "each is copied at every call, and needs 1 KB"),
    ELEMENTS("elements of segments", 50_000, "each is evaluated at every call, and needs 500 bytes"),
    DATA_SEGMENTS("data segments", 10_000, "each is copied at every call, and needs 500 bytes"),
    BODY_BYTES("bytes of one function", 1 << 20, "a Java method has at most 64 KiB"),
    LOCALS_OF_FUNCTION("locals of one function", 10_000, "a Java method has at most 65535"),
    LOCALS("locals in sum", 500_000, "a few bytes declare billions; each needs 16 bytes when parsed"),
    INSTRUCTIONS("instructions", 5_000_000, "each needs 300 bytes while it is loaded"),
    NESTING("nested blocks", 1_000, "the work for a block grows with its depth"),
    BRANCHES_OF_TABLE("entries of one branch table", 4_096, "compiling a table takes its size squared"),
    BRANCHES("entries of branch tables in sum", 65_536, "as above; together they cost at most a second"),
    MOVED_VALUES(
            "values moved by calls, blocks and branches",
            4_000_000,
            "two bytes of code can move 250 values, or unwind a stack of thousands, and each costs an instruction"),
    FRAME_CELLS_OF_FUNCTION(
            "labels times locals and stack of one function",
            8_000_000,
            "the verifier's frame of a label has 4 bytes for each local and each value on the stack"),
    FRAME_CELLS("labels times locals and stack in sum", 64_000_000, "as above, in processor time: 10 ns each"),
    LOAD_MEMORY(
            "bytes of memory to load it, estimated",
            1L << 30,
            "0.19 of the heap without the reserve if that is less: one module is loaded at a time");

    private final String label;
    private final long limit;
    private final String reason;

    Quantity(String label, long limit, String reason) {
        this.label = label;
        this.limit = limit;
        this.reason = reason;
    }

    /** Its name in messages, as a plural noun. */
    public String label() {
        return label;
    }

    /** The default limit. */
    public long limit() {
        return limit;
    }

    /** Why there is a limit: what it costs. */
    public String reason() {
        return reason;
    }
}
