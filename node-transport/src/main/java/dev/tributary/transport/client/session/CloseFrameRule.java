package dev.tributary.transport.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Checks the content of close frames (RFC 6455, 7.4), which the decoder refuses without an answer. */
final class CloseFrameRule {

    private CloseFrameRule() {}

    /** Returns the status with which a close frame is refused; 0 for a valid one. The payload is masked. */
    static int refusal(ByteBuf payload, byte[] mask) {
        byte[] content = new byte[payload.readableBytes()];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (payload.getByte(payload.readerIndex() + i) ^ mask[i % mask.length]);
        }
        if (content.length == 0) {
            return 0;
        }
        if (content.length < Short.BYTES
                || !WebSocketCloseStatus.isValidStatusCode(
                        ByteBuffer.wrap(content).getShort() & 0xffff)) {
            return WebSocketCloseStatus.PROTOCOL_ERROR.code();
        }
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content, Short.BYTES, content.length - Short.BYTES));
            return 0;
        } catch (CharacterCodingException e) {
            return WebSocketCloseStatus.INVALID_PAYLOAD_DATA.code();
        }
    }
}
