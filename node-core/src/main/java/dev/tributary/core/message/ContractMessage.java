package dev.tributary.core.message;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;

/** A message with a whole contract: its code, its parameters and a state. */
public interface ContractMessage {

    Contract contract();

    State state();
}
