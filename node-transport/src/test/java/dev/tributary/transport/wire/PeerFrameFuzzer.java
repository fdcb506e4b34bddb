package dev.tributary.transport.wire;

import dev.tributary.core.error.ProtocolException;
import dev.tributary.core.peer.SampleMessages;
import dev.tributary.core.test.FuzzSeeds;
import dev.tributary.core.value.PeerAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Fuzz target: the bytes of one link, in chunks. The first byte is the size of each chunk. Frames come out, or a
 * {@link ProtocolException}; anything else is a find. A message that comes out can be encoded and decoded again.
 */
public final class PeerFrameFuzzer {

    private static final Hello HELLO =
            new Hello(VersionRange.OURS, 5, 4000, new PeerAddress("192.0.2.1", 4001), Hello.DEFAULT_NETWORK, "fuzzer");

    private PeerFrameFuzzer() {}

    /** Called by the fuzzer before it reads its corpus. */
    public static void fuzzerInitialize() {
        SampleMessages samples = new SampleMessages(1);
        FuzzSeeds.write(Stream.concat(
                Stream.of(frame(out -> FrameWriter.keepAlive(out))),
                samples.oneOfEachKind().stream()
                        .map(message -> frame(out -> FrameWriter.message(message, WireCodec.sizeOf(message), out)))));
    }

    private static byte[] frame(Consumer<ByteBuf> write) {
        ByteBuf out = Unpooled.buffer();
        FrameWriter.hello(HELLO, out);
        write.accept(out);
        return FuzzSeeds.prefixed(0xff, ByteBufUtil.getBytes(out));
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int chunk = 1 + (input[0] & 0xff);
        FrameReader reader = new FrameReader(UnpooledByteBufAllocator.DEFAULT);
        List<Frame> frames = new ArrayList<>();
        try {
            for (int at = 1; at < input.length; at += chunk) {
                reader.read(Unpooled.copiedBuffer(input, at, Math.min(chunk, input.length - at)), frames::add);
            }
        } catch (ProtocolException refused) {
            requireSentence(refused);
        } finally {
            reader.close();
        }
        frames.forEach(PeerFrameFuzzer::checkRoundTrip);
    }

    private static void checkRoundTrip(Frame frame) {
        if (!(frame instanceof Frame.Message decoded)) {
            return;
        }
        ByteBuf encoded = WireCodec.wrap(decoded.message());
        try {
            if (!decoded.equals(new WireCodec().decode(encoded))) {
                throw new IllegalStateException("decoded differently the second time: " + decoded);
            }
        } finally {
            encoded.release();
        }
    }

    private static void requireSentence(ProtocolException refused) {
        String message = refused.getMessage();
        if (message == null || message.length() > 400) {
            throw new IllegalStateException("refused with: " + message);
        }
    }
}
