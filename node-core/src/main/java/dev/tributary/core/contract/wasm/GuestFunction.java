package dev.tributary.core.contract.wasm;

/** The functions of a contract, each with the kind number that its answers carry. */
enum GuestFunction {
    VALIDATE("validate_state", 3, 0, "verdict"),
    UPDATE("update_state", 3, 2, "new state"),
    SUMMARIZE("summarize_state", 2, 3, "summary"),
    DELTA("get_state_delta", 3, 4, "delta");

    private final String export;
    private final int arguments;
    private final int kind;
    private final String answer;

    GuestFunction(String export, int arguments, int kind, String answer) {
        this.export = export;
        this.arguments = arguments;
        this.kind = kind;
        this.answer = answer;
    }

    /** The name of the exported function. */
    String export() {
        return export;
    }

    /** Number of arguments. */
    int arguments() {
        return arguments;
    }

    int kind() {
        return kind;
    }

    /** Name of the returned value, for error messages. */
    String answer() {
        return answer;
    }
}
