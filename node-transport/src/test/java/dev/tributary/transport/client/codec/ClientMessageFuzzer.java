package dev.tributary.transport.client.codec;

import dev.tributary.core.test.FuzzSeeds;
import dev.tributary.transport.client.message.ClientRequest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Fuzz target: a message of a client. The first byte chooses the encoding and whether the rest is a request or a reply.
 * It is decoded or refused with {@link ClientDecodingException}; anything else is a find.
 */
public final class ClientMessageFuzzer {

    private ClientMessageFuzzer() {}

    /** Called by the fuzzer before it reads its corpus. */
    public static void fuzzerInitialize() {
        FuzzSeeds.write(Stream.of(ClientEncoding.values())
                .flatMap(encoding -> Stream.concat(
                        TestVector.examples(encoding, TestVector.REQUEST).stream()
                                .map(vector -> FuzzSeeds.prefixed(number(encoding), vector.bytes())),
                        TestVector.examples(encoding, TestVector.REPLY).stream()
                                .map(vector -> FuzzSeeds.prefixed(number(encoding) | 0x80, vector.bytes())))));
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        ClientEncoding[] encodings = ClientEncoding.values();
        ClientCodec codec = encodings[(input[0] & 0x7f) % encodings.length].codec();
        byte[] message = Arrays.copyOfRange(input, 1, input.length);
        try {
            if (input[0] >= 0) {
                checkRequest(codec, codec.decodeRequest(message));
            } else {
                codec.decodeAnswer(message);
            }
        } catch (ClientDecodingException refused) {
            // A refusal is the expected end of most inputs.
            return;
        }
    }

    private static int number(ClientEncoding encoding) {
        return List.of(ClientEncoding.values()).indexOf(encoding);
    }

    private static void checkRequest(ClientCodec codec, ClientRequest decoded) {
        if (!codec.decodeRequest(codec.encodeRequest(decoded)).equals(decoded)) {
            throw new IllegalStateException("decoded differently the second time: " + decoded);
        }
    }
}
