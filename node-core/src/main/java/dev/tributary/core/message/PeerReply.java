package dev.tributary.core.message;

/** The reply to a request. */
public sealed interface PeerReply extends PeerMessage
        permits Put.Stored, Get.Found, Get.NotFound, Connect.Offers, Hosting.Answer, Update.Difference, Refused {}
