package dev.tributary.app.client;

import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.contract.standard.SignedWebsite;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.State;

/** Extracts the content of states of standard contracts. */
final class StateContent {

    private StateContent() {}

    /** Returns the content of a document or the archive of a website; the whole state of any other contract. */
    static Bytes of(CodeHash code, State state) {
        if (code.equals(SignedDocument.code().hash())) {
            return SignedDocument.content(state);
        }
        return code.equals(SignedWebsite.code().hash()) ? SignedWebsite.archive(state) : state.bytes();
    }
}
