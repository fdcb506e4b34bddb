package dev.tributary.core.contract.wasm;

import com.dylibso.chicory.wabt.Wat2Wasm;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;

/** A small well-behaved contract in WebAssembly text, of which a test can replace parts. Immutable. */
record GuestText(String imports, String memory, String initiateBuffer, String validate, String definitions) {

    /** Returns the address of a prepared valid answer: the answer is at 16, its content at 64. */
    static final String VALID = "(i64.const 16)";

    private static final String BUMP = """
            (func (export "__frnt__initiate_buffer") (param $capacity i32) (result i64) (local $at i32)
              (local.set $at (global.get $top))
              (i64.store (local.get $at) (i64.extend_i32_u (i32.add (local.get $at) (i32.const 48))))
              (i32.store offset=8 (local.get $at) (local.get $capacity))
              (i64.store offset=16 (local.get $at) (i64.extend_i32_u (i32.add (local.get $at) (i32.const 32))))
              (i64.store offset=24 (local.get $at) (i64.extend_i32_u (i32.add (local.get $at) (i32.const 36))))
              (global.set $top (i32.add (local.get $at) (i32.add (local.get $capacity) (i32.const 64))))
              (i64.extend_i32_u (local.get $at)))
            """;

    static GuestText wellBehaved() {
        return new GuestText("", "(memory (export \"memory\") 2)", BUMP, VALID, "");
    }

    /** A copy with these imports at the beginning. */
    GuestText withImports(String imports) {
        return new GuestText(imports, memory, initiateBuffer, validate, definitions);
    }

    /** A copy with this definition instead of the memory. */
    GuestText withMemory(String memory) {
        return new GuestText(imports, memory, initiateBuffer, validate, definitions);
    }

    /** A copy with this function instead of the one that allocates buffers. */
    GuestText withInitiateBuffer(String initiateBuffer) {
        return new GuestText(imports, memory, initiateBuffer, validate, definitions);
    }

    /** A copy with this body of {@code validate_state}. */
    GuestText withValidate(String body) {
        return new GuestText(imports, memory, initiateBuffer, body, definitions);
    }

    /** A copy with these additional definitions. */
    GuestText withDefinitions(String added) {
        return new GuestText(imports, memory, initiateBuffer, validate, definitions + added);
    }

    String text() {
        return "(module " + imports + memory
                + """
                (global $top (mut i32) (i32.const 1024))
                (data (i32.const 16) "\\40\\00\\00\\00\\00\\00\\00\\00" "\\00\\00\\00\\00" "\\08\\00\\00\\00")
                (data (i32.const 64) "\\00\\00\\00\\00\\00\\00\\00\\00")
                """
                + initiateBuffer
                + "(func $validate (export \"validate_state\") (param i64 i64 i64) (result i64) " + validate + ")"
                + """
                (func (export "update_state") (param i64 i64 i64) (result i64) (i64.const 0))
                (func (export "summarize_state") (param i64 i64) (result i64) (i64.const 0))
                (func (export "get_state_delta") (param i64 i64 i64) (result i64) (i64.const 0))
                """
                + definitions + ")";
    }

    byte[] wasm() {
        return Wat2Wasm.parse(text());
    }

    Contract contract() {
        return contract(wasm());
    }

    static Contract contract(byte[] wasm) {
        return Contract.of(ContractCode.of(Bytes.wrap(wasm)), Parameters.none());
    }
}
