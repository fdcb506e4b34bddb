package dev.tributary.core.simulation;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.PeerNotice;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;

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
        return switch (message.family()) {
            case REQUEST -> carriesPayload((PeerRequest) message);
            case REPLY -> carriesPayload((PeerReply) message);
            case NOTICE -> carriesPayload((PeerNotice) message);
        };
    }

    private static boolean carriesPayload(PeerRequest request) {
        return switch (request.kind()) {
            case PUT -> {
                Put.Request put = (Put.Request) request;
                LIMITS.check(put.contract(), put.state());
                yield true;
            }
            case GET, CONNECT, HOSTING_OFFER, UPDATE_RECONCILE -> false;
        };
    }

    private static boolean carriesPayload(PeerReply reply) {
        return switch (reply.kind()) {
            case GET_FOUND -> {
                Get.Found found = (Get.Found) reply;
                LIMITS.check(found.contract(), found.state());
                yield true;
            }
            case UPDATE_DIFFERENCE -> true;
            case PUT_STORED, GET_NOT_FOUND, CONNECT_OFFERS, HOSTING_ANSWER, REFUSED -> false;
        };
    }

    private static boolean carriesPayload(PeerNotice notice) {
        return switch (notice.kind()) {
            case UPDATE_CHANGED -> true;
            case CONNECT_FULL, HOSTING_UNFOLLOWED -> false;
        };
    }
}
