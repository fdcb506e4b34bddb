/**
 * The commands that use a running node through its client API. Read
 * {@link dev.tributary.app.client.ClientCommand} first, then {@link dev.tributary.app.client.PutCommand}.
 */
@NullMarked
package dev.tributary.app.client;

import org.jspecify.annotations.NullMarked;
