package dev.tributary.transport.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.transport.client.RawSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames cut anywhere, through the splitter and the real decoder. */
class FrameSplitterTests {

    private static final int FINAL_BINARY = 0x82;

    private final EmbeddedChannel channel = new EmbeddedChannel(new WebSocket13FrameDecoder(
            WebSocketDecoderConfig.newBuilder().maxFramePayloadLength(1 << 20).build()));

    FrameSplitterTests() {
        new FrameSplitter(new ClientSigns()).addTo(channel.pipeline());
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void frameThatArrivesInPiecesIsDecodedAsFragmentsWithTheSameContent() {
        Random random = new Random(7);
        for (int size : new int[] {0, 1, 3, 125, 126, 127, 5000, 65_535, 65_536, 200_000}) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            byte[] frame = masked(FINAL_BINARY, content, random);
            for (int at = 0; at < frame.length; ) {
                int piece = Math.min(frame.length - at, 1 + random.nextInt(size < 200 ? 3 : 7000));
                channel.writeInbound(Unpooled.copiedBuffer(frame, at, piece));
                at += piece;
            }
            assertThat(decoded()).as("frame of %d bytes", size).isEqualTo(content);
        }
    }

    @Test
    void completeFramesOfOneReadPassUnchanged() {
        Random random = new Random(8);
        ByteBuf both = Unpooled.wrappedBuffer(
                masked(FINAL_BINARY, new byte[] {1, 2, 3}, random), masked(0x89, new byte[] {4}, random));
        channel.writeInbound(both);

        assertThat(decoded()).containsExactly(1, 2, 3);
        assertThat(decoded()).containsExactly(4);
    }

    @Test
    void nothingOfAFrameWithoutAnEndIsBuffered() {
        channel.writeInbound(Unpooled.wrappedBuffer(RawSocket.header(FINAL_BINARY, 1L << 40)));
        for (int i = 0; i < 100; i++) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[60_000]));
            WebSocketFrame fragment = channel.readInbound();
            assertThat(fragment.isFinalFragment()).isFalse();
            assertThat(fragment.content().readableBytes()).isEqualTo(60_000);
            fragment.release();
        }
    }

    @Test
    void frameOfNegativeSizeIsRefusedByTheDecoder() {
        byte[] negative = {(byte) FINAL_BINARY, (byte) 0xff, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0};

        assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(negative)))
                .isInstanceOf(CorruptedWebSocketFrameException.class);
    }

    private byte[] decoded() {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        boolean isComplete = false;
        while (!isComplete) {
            WebSocketFrame frame = channel.readInbound();
            assertThat(frame).isNotNull();
            byte[] bytes = new byte[frame.content().readableBytes()];
            frame.content().readBytes(bytes);
            content.writeBytes(bytes);
            isComplete = frame.isFinalFragment();
            frame.release();
        }
        return content.toByteArray();
    }

    private static byte[] masked(int firstByte, byte[] content, Random random) {
        byte[] header = RawSocket.header(firstByte, content.length);
        byte[] mask = new byte[4];
        random.nextBytes(mask);
        System.arraycopy(mask, 0, header, header.length - 4, 4);
        byte[] frame = new byte[header.length + content.length];
        System.arraycopy(header, 0, frame, 0, header.length);
        for (int i = 0; i < content.length; i++) {
            frame[header.length + i] = (byte) (content[i] ^ mask[i % 4]);
        }
        return frame;
    }
}
