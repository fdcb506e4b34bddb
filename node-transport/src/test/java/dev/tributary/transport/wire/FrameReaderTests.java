package dev.tributary.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.message.Get;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.SampleMessages;
import dev.tributary.core.peer.Transfer;
import dev.tributary.core.value.PeerAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTests {

    private static final Hello HELLO =
            new Hello(VersionRange.OURS, 5, 4000, new PeerAddress("192.0.2.1", 4001), Hello.DEFAULT_NETWORK, "tests");

    private final SampleMessages samples = new SampleMessages(3);
    private final FrameReader reader = new FrameReader(ByteBufAllocator.DEFAULT);
    private final List<Frame> frames = new ArrayList<>();

    @AfterEach
    void close() {
        reader.close();
        frames.forEach(frame -> {
            if (frame instanceof Frame.Large large) {
                large.message().release();
            }
        });
    }

    @Test
    void framesAreReadByteByByte() {
        Get.Request message = samples.get();
        CloseReason reason = new CloseReason(CloseReason.Kind.DUPLICATE, "one is enough");
        ByteBuf bytes = bytes(out -> {
            FrameWriter.hello(HELLO, out);
            FrameWriter.keepAlive(out);
            FrameWriter.message(message, WireCodec.sizeOf(message), out);
            FrameWriter.close(reason, out);
        });

        while (bytes.isReadable()) {
            reader.read(bytes.readRetainedSlice(1), frames::add);
        }
        bytes.release();

        assertThat(frames)
                .containsExactly(
                        new Frame.Greeting(HELLO),
                        new Frame.KeepAlive(),
                        new Frame.Message(message),
                        new Frame.Close(reason));
    }

    @Test
    void pausedReaderKeepsBytesUntilItIsResumed() {
        readHello();
        Get.Request message = samples.get();
        Consumer<Frame> pausing = frame -> {
            frames.add(frame);
            reader.pause();
        };
        ByteBuf bytes = bytes(out -> {
            for (int i = 0; i < 1000; i++) {
                FrameWriter.message(message, WireCodec.sizeOf(message), out);
            }
        });
        ByteBuf more = bytes.copy();
        int size = bytes.readableBytes();
        int before = frames.size();

        reader.read(bytes, pausing);
        reader.read(more, pausing);
        assertThat(frames).hasSize(before + 1);

        for (int i = 1; i < 1000; i++) {
            reader.resume(pausing);
        }
        assertThat(frames).hasSize(before + 1000);
        assertThat(reader.bufferCapacity()).isLessThanOrEqualTo(4 * size);

        reader.resume(frames::add);
        assertThat(frames).hasSize(before + 2000);
        assertThat(reader.bufferCapacity()).isZero();
    }

    @Test
    void largeMessageIsAssembledFromChunks() {
        readHello();
        Get.Found message = samples.found(200_000);

        read(out -> large(1, message, out, 60_000));

        Frame last = frames.remove(frames.size() - 1);
        assertThat(((Frame.Large) last).message().decode()).isEqualTo(new Frame.Message(message));
    }

    @Test
    void incompleteMessageMovesWithEachChunkAndIsForgottenAtItsEnd() {
        readHello();
        Get.Found message = samples.found(100_000);
        ByteBuf bytes = WireCodec.wrap(message);
        int size = bytes.readableBytes();
        read(out -> FrameWriter.announceLarge(1, size, out));
        assertThat(reader.arriving(message.tx())).isEmpty();

        List<Transfer> seen = new ArrayList<>();
        while (bytes.readableBytes() > 30_000) {
            read(out -> chunk(1, bytes, 30_000, out));
            seen.add(reader.arriving(message.tx()).orElseThrow());
        }
        read(out -> chunk(1, bytes, 30_000, out));

        assertThat(seen)
                .doesNotHaveDuplicates()
                .allSatisfy(transfer -> assertThat(transfer.bytes()).isEqualTo(size));
        assertThat(reader.arriving(message.tx())).isEmpty();
        frames.stream()
                .filter(Frame.Large.class::isInstance)
                .forEach(frame -> ((Frame.Large) frame).message().release());
        frames.clear();
    }

    @Test
    void chunksOfLargeMessagesMayBeInterleaved() {
        readHello();
        Get.Found first = samples.found(100_000);
        Get.Found second = samples.found(100_000);
        ByteBuf one = WireCodec.wrap(first);
        ByteBuf two = WireCodec.wrap(second);

        read(out -> {
            FrameWriter.announceLarge(1, one.readableBytes(), out);
            FrameWriter.announceLarge(2, two.readableBytes(), out);
            while (one.isReadable()) {
                chunk(1, one, 30_000, out);
                chunk(2, two, 30_000, out);
            }
        });

        List<Frame> decoded = new ArrayList<>();
        frames.stream()
                .filter(Frame.Large.class::isInstance)
                .forEach(frame -> decoded.add(((Frame.Large) frame).message().decode()));
        frames.clear();
        assertThat(decoded).containsExactly(new Frame.Message(first), new Frame.Message(second));
    }

    @Test
    void readerStopsBeforeALargeMessageWithoutMemoryAndResumes() {
        LargeMessageGate.Verdict[] verdict = {LargeMessageGate.Verdict.WAIT};
        FrameReader gated = new FrameReader(ByteBufAllocator.DEFAULT, (size, mayWait) -> verdict[0]);
        Get.Found message = samples.found(100_000);
        gated.read(bytes(out -> FrameWriter.hello(HELLO, out)), frames::add);
        gated.read(bytes(out -> large(1, message, out, 60_000)), frames::add);

        assertThat(gated.isWaiting()).isTrue();
        assertThat(frames).hasSize(1);
        verdict[0] = LargeMessageGate.Verdict.KEEP;
        gated.resume(frames::add);

        assertThat(gated.isWaiting()).isFalse();
        Frame last = frames.remove(frames.size() - 1);
        assertThat(((Frame.Large) last).message().decode()).isEqualTo(new Frame.Message(message));
        gated.close();
    }

    @Test
    void bytesOfADroppedLargeMessageAreReadAndItsSenderIsKnown() {
        FrameReader gated = new FrameReader(ByteBufAllocator.DEFAULT, (size, mayWait) -> LargeMessageGate.Verdict.DROP);
        Get.Found message = samples.found(100_000);
        gated.read(bytes(out -> FrameWriter.hello(HELLO, out)), frames::add);

        gated.read(bytes(out -> large(1, message, out, 60_000)), frames::add);

        Frame.Dropped dropped = (Frame.Dropped) frames.remove(frames.size() - 1);
        assertThat(dropped.tx()).isEqualTo(message.tx());
        assertThat(dropped.isReply()).isTrue();
        assertThat(dropped.expectsReply()).isFalse();
        assertThat(dropped.size()).isEqualTo(WireCodec.sizeOf(message));
        gated.close();
    }

    @Test
    void bufferGivesBackWhatWasReadWhenReadsDoNotEndWithAFrame() {
        readHello();
        read(out -> FrameWriter.announceLarge(1, 50_000_000, out));
        ByteBuf stream = ByteBufAllocator.DEFAULT.heapBuffer();
        List<Integer> capacities = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            FrameWriter.chunk(1, 60_000, stream);
            stream.writeZero(60_000);
            while (stream.readableBytes() > 16_384) {
                reader.read(stream.readBytes(16_384), frames::add);
                capacities.add(reader.bufferCapacity());
            }
            stream.discardReadBytes();
        }
        stream.release();

        assertThat(capacities).allMatch(capacity -> capacity <= 256 * 1024);
    }

    @Test
    void largeMessageIsOverdueAfterSilenceAndAfterItsDeadline() {
        readHello();
        read(out -> FrameWriter.announceLarge(1, 2_000_000, out));
        assertThat(reader.overdueAfter(30, 20_000)).isEmpty();
        assertThat(reader.overdueAfter(1, 20_000)).contains("no bytes of a large message for 30 s");

        for (int i = 0; i < 12; i++) {
            read(out -> {
                FrameWriter.chunk(1, 2_000, out);
                out.writeZero(2_000);
            });
            assertThat(reader.overdueAfter(10, 20_000)).isEmpty();
        }
        assertThat(reader.overdueAfter(10, 20_000))
                .hasValueSatisfying(detail -> assertThat(detail).contains("takes longer than 160 s"));
    }

    @Test
    void chunkBytesAndAcknowledgementsAreEmitted() {
        readHello();
        read(out -> {
            FrameWriter.announceLarge(1, 5000, out);
            FrameWriter.chunk(1, 2000, out);
            out.writeZero(2000);
            FrameWriter.acknowledge(777, out);
        });

        assertThat(frames).containsExactly(new Frame.ChunkRead(2000), new Frame.Acknowledgement(777));
    }

    @Test
    void frameBeforeHelloIsViolation() {
        assertViolation(FrameWriter::keepAlive, "before the hello");
    }

    @Test
    void secondHelloIsViolation() {
        readHello();
        assertViolation(out -> FrameWriter.hello(HELLO, out), "a second hello");
    }

    @Test
    void helloWithoutMagicNumberIsViolation() {
        assertViolation(out -> out.writeInt(5).writeByte(1).writeInt(0), "magic");
    }

    @Test
    void helloNamesTheProtocolOfItsAddressesUnlessItIsTcp() {
        Hello other = new Hello(
                VersionRange.OURS,
                5,
                4000,
                new PeerAddress("quic", "2001:db8::1", 4001),
                Hello.DEFAULT_NETWORK,
                "tests");

        read(out -> FrameWriter.hello(other, out));

        assertThat(frames).containsExactly(new Frame.Greeting(other));
    }

    @Test
    void helloNamesItsNetworkUnlessItIsTheDefaultOne() {
        Hello other = new Hello(VersionRange.OURS, 5, 4000, new PeerAddress("192.0.2.1", 4001), "staging", "tests");
        ByteBuf named = Unpooled.buffer();
        FrameWriter.hello(other, named);
        ByteBuf unnamed = Unpooled.buffer();
        FrameWriter.hello(HELLO, unnamed);

        read(out -> FrameWriter.hello(other, out));

        assertThat(frames).containsExactly(new Frame.Greeting(other));
        assertThat(named.readableBytes() - unnamed.readableBytes()).isEqualTo(Field.HEADER_SIZE + "staging".length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"host.example", "0.0.0.0", "ff02::1", "fe80::1%1"})
    void helloWithObservedAddressThatPeersMayNotNameIsViolation(String host) {
        Hello hello = new Hello(VersionRange.OURS, 0, 0, new PeerAddress(host, 4001), Hello.DEFAULT_NETWORK, "tests");

        assertViolation(out -> FrameWriter.hello(hello, out), "observed address: host must be");
    }

    @Test
    void helloWithObservedPortZeroIsViolation() {
        Hello hello =
                new Hello(VersionRange.OURS, 0, 0, new PeerAddress("192.0.2.1", 0), Hello.DEFAULT_NETWORK, "tests");

        assertViolation(out -> FrameWriter.hello(hello, out), "observed address: port must be in 1..65535, not 0");
    }

    @Test
    void garbageIsViolationAfterHeader() {
        assertViolation(
                out -> out.writeBytes("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII)),
                "unknown frame kind 47");
    }

    @Test
    void unknownFrameKindIsViolation() {
        readHello();
        assertViolation(out -> out.writeInt(1).writeByte(99), "unknown frame kind 99");
    }

    @Test
    void frameWithoutLengthIsViolation() {
        readHello();
        assertViolation(out -> out.writeInt(0).writeByte(4), "without length");
    }

    @Test
    void oversizedFrameIsRefusedByItsHeader() {
        readHello();
        assertViolation(
                out -> out.writeInt(WireLimits.SMALL_MESSAGE + 2).writeByte(4), "at most " + WireLimits.SMALL_MESSAGE);
    }

    @Test
    void chunkOfUnknownStreamIsViolation() {
        readHello();
        assertViolation(
                out -> {
                    FrameWriter.chunk(9, 10, out);
                    out.writeZero(10);
                },
                "stream 9, which is not open");
    }

    @Test
    void streamAnnouncedTwiceIsViolation() {
        readHello();
        assertViolation(
                out -> {
                    FrameWriter.announceLarge(1, 100_000, out);
                    FrameWriter.announceLarge(1, 100_000, out);
                },
                "stream 1 is announced twice");
    }

    @Test
    void moreBytesThanAnnouncedAreViolation() {
        readHello();
        assertViolation(
                out -> {
                    FrameWriter.announceLarge(1, 2000, out);
                    FrameWriter.chunk(1, 2001, out);
                    out.writeZero(2001);
                },
                "a chunk of 2001 bytes, but only 2000 are missing");
    }

    @Test
    void tooSmallChunkIsViolation() {
        readHello();
        assertViolation(
                out -> {
                    FrameWriter.announceLarge(1, 2000, out);
                    FrameWriter.chunk(1, 1, out);
                    out.writeZero(1);
                },
                "at least 1024 are required");
    }

    @Test
    void tooManyLargeMessagesAtOnceAreViolation() {
        readHello();
        assertViolation(
                out -> {
                    for (int stream = 0; stream <= WireLimits.MAX_LARGE_MESSAGES; stream++) {
                        FrameWriter.announceLarge(stream, 100_000, out);
                    }
                },
                "at most 8 large messages at once");
    }

    @Test
    void tooLargeMessageIsViolation() {
        readHello();
        assertViolation(out -> FrameWriter.announceLarge(1, WireLimits.LARGE_MESSAGE + 1, out), "at most");
    }

    @Test
    void largeMessagesAboveTotalLimitAreViolation() {
        readHello();
        assertViolation(
                out -> {
                    for (int stream = 0; stream < 3; stream++) {
                        FrameWriter.announceLarge(stream, WireLimits.LARGE_MESSAGE, out);
                    }
                },
                "bytes in transfer");
    }

    @Test
    void readerClosedByFrameConsumerStopsReading() {
        readHello();
        ByteBuf bytes = bytes(out -> {
            FrameWriter.keepAlive(out);
            FrameWriter.keepAlive(out);
        });

        reader.read(bytes, frame -> {
            frames.add(frame);
            reader.close();
        });

        assertThat(frames).hasSize(1);
        assertThat(bytes.refCnt()).isZero();
    }

    @Test
    void closeReasonOfLaterVersionIsDecodedAsUnwanted() {
        ByteBuf bytes = bytes(out -> FrameWriter.close(new CloseReason(CloseReason.Kind.LOST, "x"), out));
        bytes.setByte(FrameKind.HEADER + Field.HEADER_SIZE, 250);

        reader.read(bytes, frames::add);

        assertThat(frames).containsExactly(new Frame.Close(new CloseReason(CloseReason.Kind.NOT_NEEDED, "x")));
    }

    @Test
    void longCloseDetailIsTruncated() {
        read(out -> FrameWriter.close(new CloseReason(CloseReason.Kind.LOST, "é".repeat(5000)), out));

        assertThat(((Frame.Close) frames.get(0)).reason().detail())
                .startsWith("éé")
                .hasSizeLessThan(1024);
    }

    @Test
    void mutatedFramesAreReadOrRejected() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            Get.Found message = samples.found(3000);
            ByteBuf bytes = bytes(out -> {
                FrameWriter.hello(HELLO, out);
                FrameWriter.message(samples.get(), WireCodec.sizeOf(samples.get()), out);
                large(1, message, out, 1500);
            });
            bytes.setByte(random.nextInt(bytes.readableBytes()), random.nextInt(256));
            FrameReader mutatedReader = new FrameReader(ByteBufAllocator.DEFAULT);
            try {
                mutatedReader.read(bytes, FrameReaderTests::decodeLarge);
            } catch (ProtocolException expected) {
                assertThat(expected).hasMessageStartingWith("protocol violation: ");
            } catch (RuntimeException unexpected) {
                throw new AssertionError("seed " + seed + ", mutation " + i, unexpected);
            } finally {
                mutatedReader.close();
            }
        }
    }

    private static void decodeLarge(Frame frame) {
        if (frame instanceof Frame.Large large) {
            large.message().decode();
        }
    }

    private void readHello() {
        read(out -> FrameWriter.hello(HELLO, out));
        frames.clear();
    }

    private void read(Consumer<ByteBuf> written) {
        reader.read(bytes(written), frames::add);
    }

    private void assertViolation(Consumer<ByteBuf> written, String message) {
        assertThatThrownBy(() -> read(written))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(message);
    }

    private static ByteBuf bytes(Consumer<ByteBuf> written) {
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer();
        written.accept(bytes);
        return bytes;
    }

    private static void large(int stream, Get.Found message, ByteBuf out, int chunk) {
        ByteBuf whole = WireCodec.wrap(message);
        FrameWriter.announceLarge(stream, whole.readableBytes(), out);
        while (whole.isReadable()) {
            chunk(stream, whole, chunk, out);
        }
    }

    private static void chunk(int stream, ByteBuf whole, int size, ByteBuf out) {
        int length = Math.min(size, whole.readableBytes());
        FrameWriter.chunk(stream, length, out);
        out.writeBytes(whole, length);
    }
}
