package dev.tributary.core.peer;

/**
 * A large message that travels on a link. Two looks at it tell whether it still moves: then its progress has changed.
 *
 * @param bytes size of the message in bytes
 * @param progress a number that changes whenever bytes of large messages move on the link in the direction of this
 *     message: one that waits behind others moves as well
 */
public record Transfer(int bytes, long progress) {}
