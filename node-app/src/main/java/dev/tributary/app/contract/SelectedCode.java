package dev.tributary.app.contract;

import dev.tributary.core.value.ContractCode;

/**
 * The code that {@link CodeOption} selects.
 *
 * @param source the name of the file or of the standard contract
 * @param container the format of the file
 */
public record SelectedCode(ContractCode code, String source, String container) {}
