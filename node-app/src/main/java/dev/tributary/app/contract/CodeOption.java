package dev.tributary.app.contract;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.wasm.CodeContainer;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that select the code for a command; exactly one must be given. */
public final class CodeOption {

    /** Size of the header of a packaged file, in bytes. */
    private static final int HEADER_BYTES = 40;

    @Option(
            names = "--code",
            required = true,
            paramLabel = "FILE",
            description = "the contract's code: a .wasm file, raw or packaged, up to 10 MiB")
    private @Nullable String file;

    @Option(
            names = "--standard",
            required = true,
            paramLabel = "NAME",
            converter = StandardContractConverter.class,
            description = "or one of the built-in contracts: ${COMPLETION-CANDIDATES}")
    private @Nullable StandardContract standard;

    /** Reads the code; throws {@link UnusableInputException} if the file is not a contract file. */
    public SelectedCode read(Inputs inputs) {
        if (standard != null) {
            return new SelectedCode(standard.code(), "standard contract " + standard, "raw");
        }
        String name = file == null ? "" : file;
        Bytes content = inputs.read(name, "code", ContractLimits.defaults().codeBytes() + HEADER_BYTES);
        try {
            ContractCode code = CodeContainer.unpack(content);
            if (code.bytes().size() > ContractLimits.defaults().codeBytes()) {
                throw new UnusableInputException("the code '" + name + "' is too large: at most "
                        + ContractLimits.defaults().codeBytes() + " bytes are allowed");
            }
            return new SelectedCode(code, name, CodeContainer.isWasm(content) ? "raw" : "packaged, version 0");
        } catch (IllegalArgumentException malformed) {
            throw new UnusableInputException(
                    "the code '" + name + "' cannot be used: " + malformed.getMessage(), malformed);
        }
    }

    @Nullable
    StandardContract standard() {
        return standard;
    }
}
