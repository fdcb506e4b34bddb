package dev.tributary.core.simulation;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.message.ContractMessage;
import dev.tributary.core.message.PeerMessage;

/** Checks the payloads of messages on links without sockets, as the wire protocol does. */
final class PayloadCheck {

    private static final ContractLimits LIMITS = ContractLimits.defaults();

    private PayloadCheck() {}

    /**
     * Returns whether the message carries a payload: a state or a change.
     *
     * @throws dev.tributary.core.error.PayloadTooLargeException if its contract or state exceeds the default limits
     */
    static boolean carriesPayload(PeerMessage message) {
        if (message instanceof ContractMessage held) {
            LIMITS.check(held.contract(), held.state());
        }
        return message.carriesPayload();
    }
}
