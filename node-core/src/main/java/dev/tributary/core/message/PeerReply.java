package dev.tributary.core.message;

/** The reply to a request. */
public sealed interface PeerReply extends PeerMessage
        permits Put.Stored, Get.Reply, Connect.Offers, Hosting.Answer, Update.Difference, Refused {

    /** The kinds of replies, one for each permitted type. */
    enum Kind {
        PUT_STORED,
        GET_FOUND,
        GET_NOT_FOUND,
        CONNECT_OFFERS,
        HOSTING_ANSWER,
        UPDATE_DIFFERENCE,
        REFUSED
    }

    Kind kind();

    @Override
    default Family family() {
        return Family.REPLY;
    }
}
