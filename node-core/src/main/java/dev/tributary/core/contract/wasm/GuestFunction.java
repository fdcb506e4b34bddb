package dev.tributary.core.contract.wasm;

/** The functions of a contract, with the kind that their answers carry. */
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

    /** The name under which the module exports it. */
    String export() {
        return export;
    }

    /** How many arguments it takes. */
    int arguments() {
        return arguments;
    }

    int kind() {
        return kind;
    }

    /** What it answers, in words. */
    String answer() {
        return answer;
    }
}
