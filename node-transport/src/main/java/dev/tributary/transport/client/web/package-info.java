/**
 * Web applications that contracts contain: unpacked, cached on disk, and shown in a sandboxed frame inside a shell.
 * Read {@link dev.tributary.transport.client.web.WebApps} first, then
 * {@link dev.tributary.transport.client.web.ArchiveExtractor} and {@link dev.tributary.transport.client.web.AppCache}.
 */
@NullMarked
package dev.tributary.transport.client.web;

import org.jspecify.annotations.NullMarked;
