package dev.tributary.app.contract;

import dev.tributary.core.contract.wasm.ModuleDescription;
import dev.tributary.core.contract.wasm.WasmLimits;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The description of a contract's code.
 *
 * @param refusal why a node refuses the code, or null if a node runs it
 */
record InspectedModule(
        SelectedCode chosen,
        ModuleDescription module,
        @Nullable String refusal) {

    /** Maximum memory of a call in pages. */
    static final int MAX_PAGES = WasmLimits.CallLimits.defaults().memoryPages();

    int bytes() {
        return chosen.code().bytes().size();
    }

    String codeHash() {
        return chosen.code().hash().toString();
    }

    Optional<String> standardContract() {
        return StandardContract.of(chosen.code().hash()).map(StandardContract::toString);
    }

    /** Whether a node runs the code. */
    boolean runs() {
        return refusal == null;
    }

    /** The description as a flat JSON object; absent values have no key. */
    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("source", chosen.source());
        json.put("bytes", bytes());
        json.put("container", chosen.container());
        json.put("codeHash", codeHash());
        standardContract().ifPresent(name -> json.put("standardContract", name));
        json.put("buffers", module.streaming() ? "streaming" : "plain");
        json.put("functions", module.functions());
        json.put("tableElements", module.tableElements());
        json.put("memories", module.memories());
        json.put("mostPages", MAX_PAGES);
        json.put("imports", module.imports());
        json.put("exports", module.exports());
        json.put("runs", runs());
        Optional.ofNullable(refusal).ifPresent(reason -> json.put("refusal", reason));
        return json;
    }
}
