/**
 * The commands that work with a running node, through its door for applications. Read
 * {@link dev.tributary.app.client.ClientCommand} first, then {@link dev.tributary.app.client.PutCommand}.
 */
@NullMarked
package dev.tributary.app.client;

import org.jspecify.annotations.NullMarked;
