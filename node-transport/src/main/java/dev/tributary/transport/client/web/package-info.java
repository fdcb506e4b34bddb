/**
 * Web applications that contracts hold: unpacked, kept on disk, and shown inside a shell that keeps them from harm to
 * others. Read {@link dev.tributary.transport.client.web.WebApps} first, then
 * {@link dev.tributary.transport.client.web.Unpacking} and {@link dev.tributary.transport.client.web.AppCache}.
 */
@NullMarked
package dev.tributary.transport.client.web;

import org.jspecify.annotations.NullMarked;
