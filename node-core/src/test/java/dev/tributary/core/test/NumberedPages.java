package dev.tributary.core.test;

import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.Parameters;
import dev.tributary.core.value.State;

/**
 * A page whose version is the number before its colon. Like the network's websites, it refuses every version that is not
 * higher than the present one, also another content with the same version: such replicas cannot be merged.
 */
public final class NumberedPages implements WholeStateContract {

    public static final NumberedPages CONTRACT = new NumberedPages();

    private NumberedPages() {}

    /** A page of this version. */
    public static State page(int version, String content) {
        return new State(Bytes.utf8(version + ":" + content));
    }

    public static Contract named(String name) {
        return Contract.of(CONTRACT.code(), Parameters.utf8(name));
    }

    @Override
    public ContractCode code() {
        return ContractCode.of(Bytes.utf8("test/numbered-pages"));
    }

    @Override
    public State merge(State current, State incoming) {
        if (incoming.equals(current) || version(incoming) > version(current)) {
            return incoming;
        }
        throw new ContractRejectedException(named("page").key(), "the version must be higher than " + version(current));
    }

    private static int version(State state) {
        String text = state.bytes().toUtf8();
        return Integer.parseInt(text.substring(0, text.indexOf(':')));
    }
}
