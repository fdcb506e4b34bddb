/**
 * Who a node is: its key, the puzzle that makes keys cost work, the certificate that proves the key, and TLS with both
 * sides authenticated. Read {@link dev.tributary.transport.identity.NodeIdentity}, then
 * {@link dev.tributary.transport.identity.PeerTls}.
 */
@NullMarked
package dev.tributary.transport.identity;

import org.jspecify.annotations.NullMarked;
