package dev.tributary.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.message.Connect;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;
import dev.tributary.core.peer.SampleMessages;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TransactionId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireCodecTests {

    private static final int MUTATIONS = 20_000;

    private final SampleMessages samples = new SampleMessages(7);

    static List<PeerMessage> messages() {
        return new SampleMessages(7).oneOfEachKind();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void encodedMessageDecodesUnchanged(PeerMessage message) {
        assertThat(decode(encode(message))).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void wrappingAndCopyingProduceSameBytesOfComputedSize(PeerMessage message) {
        ByteBuf copied = encode(message);

        assertThat(copied.readableBytes()).isEqualTo(WireCodec.sizeOf(message));
        assertThat(WireCodec.wrap(message)).isEqualTo(copied);
    }

    @Test
    void wrappedLargePayloadDecodesUnchanged() {
        Get.Found message = samples.found(300_000);

        assertThat(decode(WireCodec.wrap(message))).isEqualTo(message);
    }

    @Test
    void everyMessageTypeHasSample() {
        assertThat(kinds(PeerMessage.class))
                .allSatisfy(kind -> assertThat(messages())
                        .as("a sample of %s", kind)
                        .anySatisfy(sample -> assertThat(sample).isInstanceOf(kind)));
    }

    private static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(WireCodecTests::kinds)
                : Stream.of(type);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void truncatedMessageIsViolation(PeerMessage message) {
        ByteBuf whole = encode(message);
        int optional = message instanceof Refused refused && refused.lastHop() != null ? 37 : 0;

        for (int length = 0; length < whole.readableBytes(); length++) {
            ByteBuf part = whole.copy(0, length);
            if (length != whole.readableBytes() - optional) {
                assertThatThrownBy(() -> decode(part))
                        .as("cut off after %d bytes", length)
                        .isInstanceOf(ProtocolException.class);
            }
        }
    }

    @Test
    void mutatedMessagesAreDecodedOrRejected() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<PeerMessage> messages = messages();
        for (int i = 0; i < MUTATIONS; i++) {
            ByteBuf bytes = encode(messages.get(random.nextInt(messages.size())));
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                mutate(bytes, random);
            }
            try {
                new WireCodec().decode(bytes);
            } catch (ProtocolException expected) {
                assertThat(expected).hasMessageStartingWith("protocol violation: ");
            } catch (RuntimeException unexpected) {
                throw new AssertionError("seed " + seed + ", mutation " + i, unexpected);
            }
        }
    }

    private static void mutate(ByteBuf bytes, Random random) {
        int position = random.nextInt(bytes.readableBytes());
        switch (random.nextInt(4)) {
            case 0 -> bytes.setByte(position, random.nextInt(256));
            case 1 -> bytes.setByte(position, 0xff);
            case 2 -> bytes.setByte(position, bytes.getByte(position) ^ 1 << random.nextInt(8));
            default -> bytes.writerIndex(Math.max(1, position));
        }
    }

    @Test
    void fieldsOfLaterVersionsAreSkipped() {
        Get.Request message = samples.get();
        ByteBuf bytes = encode(message);
        bytes.writeByte(200).writeInt(3).writeZero(3);
        bytes.writeByte(0).writeInt(0);

        assertThat(decode(bytes)).isEqualTo(message);
    }

    @Test
    void duplicateFieldIsViolation() {
        ByteBuf bytes = encode(samples.get());
        bytes.writeByte(Field.HOPS_TO_LIVE.number()).writeInt(1).writeByte(1);

        assertThatThrownBy(() -> decode(bytes))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void unknownKindIsDecodedWithTransactionAndWhetherItExpectsReply() {
        Get.Request message = samples.get();
        ByteBuf request = encode(message).setByte(0, 100);
        ByteBuf reply = encode(message).setByte(0, 200);

        assertThat(new WireCodec().decode(request)).isEqualTo(new Frame.Unknown(message.tx(), 100));
        assertThat(new Frame.Unknown(message.tx(), 100).expectsReply()).isTrue();
        assertThat(((Frame.Unknown) new WireCodec().decode(reply)).expectsReply())
                .isFalse();
    }

    @Test
    void refusalCodeOfLaterVersionIsDecodedAsUnknown() {
        Refused refused = new Refused(samples.tx(), RefusalCode.STOPPING, "bye", null);
        ByteBuf bytes = encode(refused);
        bytes.setInt(17 + Field.HEADER_SIZE, 9999);

        assertThat(decode(bytes)).isEqualTo(new Refused(refused.tx(), RefusalCode.UNKNOWN, "bye", null));
    }

    @Test
    void controlCharactersInTextAreReplaced() {
        Refused refused = new Refused(samples.tx(), RefusalCode.BUSY, "no\nERROR fake\u0085\t", null);

        assertThat(((Refused) decode(encode(refused))).detail()).isEqualTo("no?ERROR fake??");
    }

    @Test
    void claimedLengthAllocatesNothing() {
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeByte(MessageKind.GET_FOUND.number()).writeZero(16);
        bytes.writeByte(Field.STATE.number()).writeInt(Integer.MAX_VALUE).writeZero(10);

        assertThatThrownBy(() -> decode(bytes))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("claims 2147483647 bytes of 10");
    }

    @Test
    void errorNamesTooLargeFieldAndLimit() {
        assertThatThrownBy(() -> WireCodec.sizeOf(samples.found(WireLimits.STATE + 1)))
                .isInstanceOfSatisfying(PayloadTooLargeException.class, error -> {
                    assertThat(error.payload()).isEqualTo("state");
                    assertThat(error.limit()).isEqualTo(WireLimits.STATE);
                });
    }

    @Test
    void offerHasFixedEncoding() {
        Hosting.Replica held = new Hosting.Replica(id(0x11), digest(0x22), 0x01020304);
        Hosting.Offer offer = new Hosting.Offer(new TransactionId(1, 2), Duration.ofSeconds(5), List.of(held));

        assertThat(ByteBufUtil.hexDump(encode(offer)))
                .isEqualTo("04" + "0000000000000001" + "0000000000000002"
                        + "1c00000044" + "11".repeat(32) + "22".repeat(32) + "01020304"
                        + "010000000100"
                        + "0200000000"
                        + "030000000400001388");
    }

    @Test
    void answerToOfferHasFixedEncoding() {
        Hosting.Answer answer = new Hosting.Answer(new TransactionId(1, 2), List.of(Hosting.Verdict.values()));

        assertThat(ByteBufUtil.hexDump(encode(answer)))
                .isEqualTo("85" + "0000000000000001" + "0000000000000002" + "1d00000004" + "00010203");
    }

    @Test
    void fullOfferIsSmallMessage() {
        List<Hosting.Replica> held = IntStream.range(0, Hosting.Offer.MAX)
                .mapToObj(number -> samples.held())
                .toList();
        Hosting.Offer offer = new Hosting.Offer(samples.tx(), Duration.ofSeconds(5), held);

        assertThat(decode(encode(offer))).isEqualTo(offer);
        assertThat(WireCodec.sizeOf(offer)).isLessThan(WireLimits.SMALL_MESSAGE);
    }

    @Test
    void tooLargeOfferIsViolation() {
        assertViolation(offer((Hosting.Offer.MAX + 1) * FieldReader.REPLICA_SIZE), "at most 256");
    }

    @Test
    void offerWithPartialReplicaIsViolation() {
        assertViolation(offer(FieldReader.REPLICA_SIZE + 1), "of 68 bytes each");
    }

    @Test
    void offerWithDuplicateContractIsViolation() {
        assertViolation(offer(2 * FieldReader.REPLICA_SIZE), "offered twice");
    }

    @Test
    void offerWithNegativeSizeIsViolation() {
        ByteBuf bytes = offer(FieldReader.REPLICA_SIZE);
        bytes.setInt(17 + Field.HEADER_SIZE + 2 * FieldReader.ID_SIZE, -1);

        assertViolation(bytes, "size of a held replica");
    }

    @Test
    void tooManyVerdictsAreViolation() {
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeByte(MessageKind.HOSTING_ANSWER.number()).writeZero(16);
        bytes.writeByte(Field.VERDICTS.number()).writeInt(257).writeZero(257);

        assertViolation(bytes, "at most 256");
    }

    @Test
    void verdictOfLaterVersionIsDecodedAsNoRoom() {
        ByteBuf bytes = encode(new Hosting.Answer(samples.tx(), List.of(Hosting.Verdict.EQUAL)));
        bytes.setByte(bytes.writerIndex() - 1, 200);

        assertThat(((Hosting.Answer) decode(bytes)).verdicts()).containsExactly(Hosting.Verdict.NO_ROOM);
    }

    @Test
    void changeHasFixedEncoding() {
        Update.Changed changed = new Update.Changed(
                new TransactionId(1, 2),
                id(0x11),
                digest(0x22),
                digest(0x33),
                List.of(
                        new StateChange.Full(new State(Bytes.wrap(new byte[] {5}))),
                        new StateChange.Delta(new StateDelta(Bytes.wrap(new byte[] {6, 7}))),
                        new StateChange.FullAndDelta(
                                new State(Bytes.empty()), new StateDelta(Bytes.wrap(new byte[] {8})))));

        assertThat(ByteBufUtil.hexDump(encode(changed)))
                .isEqualTo("c2" + "0000000000000001" + "0000000000000002"
                        + "0400000020" + "11".repeat(32)
                        + "2000000020" + "22".repeat(32)
                        + "1f00000020" + "33".repeat(32)
                        + "2200000017" + "010000000105" + "02000000020607" + "0300000000" + "0000000108");
    }

    @Test
    void differenceHasFixedEncoding() {
        Update.Difference difference = new Update.Difference(
                new TransactionId(1, 2),
                new StateChange.Delta(new StateDelta(Bytes.empty())),
                digest(0x22),
                new StateSummary(Bytes.wrap(new byte[] {9})));

        assertThat(ByteBufUtil.hexDump(encode(difference)))
                .isEqualTo("86" + "0000000000000001" + "0000000000000002"
                        + "1f00000020" + "22".repeat(32)
                        + "210000000109"
                        + "2200000005" + "0200000000");
    }

    @Test
    void noticeWithoutChangesIsViolation() {
        assertViolation(changes(), "kind 1..3, not 0");
    }

    @Test
    void changeOfLaterVersionIsViolation() {
        assertViolation(changes(4, 0, 0, 0, 0), "kind 1..3, not 4");
    }

    @Test
    void changeWithTooLargeLengthIsViolation() {
        assertViolation(changes(1, 0x7f, 0xff, 0xff, 0xff), "cut off");
        assertViolation(changes(2, 0xff, 0xff, 0xff, 0xff), "cut off");
        assertViolation(changes(1, 0, 0, 0), "cut off");
        assertViolation(changes(3, 0, 0, 0, 0), "cut off");
    }

    @Test
    void tooManyChangesAreViolation() {
        int[] many = new int[65 * 5];
        for (int i = 0; i < 65; i++) {
            many[i * 5] = 2;
        }

        assertViolation(changes(many), "at most 64 changes");
    }

    @Test
    void differenceOfTwoChangesIsViolation() {
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeByte(MessageKind.UPDATE_DIFFERENCE.number()).writeZero(16);
        bytes.writeByte(Field.CHANGES.number()).writeInt(10);
        bytes.writeByte(2).writeInt(0).writeByte(2).writeInt(0);

        assertViolation(bytes, "at most 1 changes");
    }

    @Test
    void changesAboveStateLimitAreNotEncoded() {
        State half = new State(Bytes.wrap(new byte[WireLimits.STATE / 2 + 1]));
        Update.Changed changed = new Update.Changed(
                samples.tx(),
                id(1),
                digest(2),
                digest(3),
                List.of(new StateChange.Full(half), new StateChange.Full(half)));

        assertThatThrownBy(() -> WireCodec.sizeOf(changed)).isInstanceOf(PayloadTooLargeException.class);
    }

    @Test
    void tooLargeSummaryIsViolation() {
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeByte(MessageKind.UPDATE_RECONCILE.number()).writeZero(16);
        bytes.writeByte(Field.BUDGET.number()).writeInt(4).writeInt(5000);
        bytes.writeByte(Field.INSTANCE_ID.number()).writeInt(32).writeZero(32);
        bytes.writeByte(Field.DIGEST.number()).writeInt(32).writeZero(32);
        bytes.writeByte(Field.SUMMARY.number()).writeInt(WireLimits.SUMMARY + 1).writeZero(WireLimits.SUMMARY + 1);

        assertViolation(bytes, "summary has 1048577 bytes");
    }

    @Test
    void unfollowNoticeWithInvalidLengthIsViolation() {
        for (int length : new int[] {0, 33, 257 * 32}) {
            ByteBuf bytes = Unpooled.buffer();
            bytes.writeByte(MessageKind.HOSTING_UNFOLLOWED.number()).writeZero(16);
            bytes.writeByte(Field.UNFOLLOWED.number()).writeInt(length).writeZero(length);

            assertViolation(bytes, "must be 1..256");
        }
    }

    @Test
    void offersHaveFixedEncoding() {
        Connect.Offers offers = new Connect.Offers(
                new TransactionId(1, 2),
                List.of(
                        new PeerContact(new PeerAddress("192.0.2.7", 7475), new PeerId(name(0x11))),
                        new PeerContact(Connect.Offers.OWN_ADDRESS, new PeerId(name(0x22))),
                        new PeerContact(new PeerAddress("quic", "::1", 7), new PeerId(name(0x33)))));

        assertThat(ByteBufUtil.hexDump(encode(offers)))
                .isEqualTo("84" + "0000000000000001" + "0000000000000002"
                        + "240000002b" + "04" + text("quic") + "33".repeat(32) + "0007" + "03" + text("::1")
                        + "1900000056" + "11".repeat(32) + "1d33" + "09" + text("192.0.2.7")
                        + "22".repeat(32) + "0000" + "07" + text("0.0.0.0"));
        assertThat(decode(encode(offers))).isEqualTo(offers);
    }

    private static String text(String ascii) {
        return ByteBufUtil.hexDump(Unpooled.copiedBuffer(ascii, StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @CsvSource({
        "host.example, 7475, must be an IP address",
        "localhost, 7475, must be an IP address",
        "127.1, 7475, must be an IP address",
        "fe80::1%eth0, 7475, must be an IP address",
        "0.0.0.0, 7475, must be the address of one host",
        "::, 7475, must be the address of one host",
        "::, 0, must be the address of one host",
        "239.1.1.1, 7475, must be the address of one host",
        "255.255.255.255, 7475, must be the address of one host",
        "203.0.113.5, 0, 'port must be in 1..65535, not 0'"
    })
    void offeredAddressThatPeersMayNotNameIsViolation(String host, int port, String error) {
        assertViolation(offers(contact(host, port)), "contacts: ");
        assertViolation(offers(contact(host, port)), error);
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.5", "::ffff:203.0.113.5", "::FFFF:cb00:7105", "0:0:0:0:0:ffff:cb00:7105"})
    void offeredAddressIsNormalised(String host) {
        Connect.Offers offers = (Connect.Offers) decode(offers(contact(host, 7475)));

        assertThat(offers.contacts())
                .extracting(PeerContact::address)
                .containsExactly(new PeerAddress("203.0.113.5", 7475));
    }

    @Test
    void controlCharactersOfOfferedHostAreNotQuoted() {
        assertViolation(offers(contact("evil\r\nlog\u0085", 7475)), "not 'evil??log?'");
    }

    @ParameterizedTest
    @CsvSource({"other, host.example", "other, 0.0.0.0", "other, some path/17", "Other!, 203.0.113.5", "//, 203.0.113.5"
    })
    void contactOfUnknownProtocolAndFormIsSkipped(String protocol, String host) {
        ByteBuf bytes = offers(contact("203.0.113.5", 7475));
        ByteBuf other = Unpooled.buffer()
                .writeBytes(shortText(protocol))
                .writeBytes(contact(host, 1))
                .writeBytes(shortText("quic"))
                .writeBytes(contact("203.0.113.6", 7));
        bytes.writeByte(Field.OTHER_CONTACTS.number())
                .writeInt(other.readableBytes())
                .writeBytes(other);

        assertThat(((Connect.Offers) decode(bytes)).contacts())
                .extracting(PeerContact::address)
                .containsExactly(new PeerAddress("203.0.113.5", 7475), new PeerAddress("quic", "203.0.113.6", 7));
    }

    @Test
    void tooManyOrTruncatedContactsAreViolation() {
        ByteBuf contact = contact("203.0.113.5", 7475);
        ByteBuf[] many = Stream.generate(contact::duplicate)
                .limit(Connect.Offers.MAX_CONTACTS + 1)
                .toArray(ByteBuf[]::new);
        assertViolation(offers(many), "at most 16 contacts");
        for (int length = 1; length < contact.readableBytes(); length++) {
            assertViolation(offers(contact.copy(0, length)), "at most 16 contacts");
        }
        ByteBuf withOther = offers(Arrays.copyOf(many, Connect.Offers.MAX_CONTACTS));
        ByteBuf other = Unpooled.wrappedBuffer(shortText("quic"), contact.duplicate());
        withOther
                .writeByte(Field.OTHER_CONTACTS.number())
                .writeInt(other.readableBytes())
                .writeBytes(other);
        assertViolation(withOther, "at most 16 contacts");
    }

    private static ByteBuf offers(ByteBuf... contacts) {
        ByteBuf field = Unpooled.wrappedBuffer(contacts);
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeByte(MessageKind.CONNECT_OFFERS.number()).writeZero(16);
        return bytes.writeByte(Field.CONTACTS.number())
                .writeInt(field.readableBytes())
                .writeBytes(field);
    }

    private static ByteBuf contact(String host, int port) {
        return Unpooled.buffer().writeZero(32).writeShort(port).writeBytes(shortText(host));
    }

    private static ByteBuf shortText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Unpooled.buffer().writeByte(bytes.length).writeBytes(bytes);
    }

    private static ByteBuf changes(int... encoded) {
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeByte(MessageKind.UPDATE_CHANGED.number()).writeZero(16);
        for (Field name : List.of(Field.INSTANCE_ID, Field.BEFORE, Field.DIGEST)) {
            bytes.writeByte(name.number()).writeInt(32).writeZero(32);
        }
        bytes.writeByte(Field.CHANGES.number()).writeInt(encoded.length);
        for (int octet : encoded) {
            bytes.writeByte(octet);
        }
        return bytes;
    }

    private static ByteBuf offer(int length) {
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeByte(MessageKind.HOSTING_OFFER.number()).writeZero(16);
        bytes.writeByte(Field.REPLICAS.number()).writeInt(length).writeZero(length);
        bytes.writeByte(Field.BUDGET.number()).writeInt(4).writeInt(5000);
        return bytes;
    }

    private static void assertViolation(ByteBuf bytes, String detail) {
        assertThatThrownBy(() -> decode(bytes))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(detail);
    }

    private static ContractInstanceId id(int octet) {
        return new ContractInstanceId(name(octet));
    }

    private static StateDigest digest(int octet) {
        return new StateDigest(name(octet));
    }

    private static Bytes name(int octet) {
        byte[] name = new byte[FieldReader.ID_SIZE];
        Arrays.fill(name, (byte) octet);
        return Bytes.wrap(name);
    }

    private static ByteBuf encode(PeerMessage message) {
        ByteBuf bytes = Unpooled.buffer();
        WireCodec.encode(message, bytes);
        return bytes;
    }

    private static PeerMessage decode(ByteBuf bytes) {
        return ((Frame.Message) new WireCodec().decode(bytes)).message();
    }
}
