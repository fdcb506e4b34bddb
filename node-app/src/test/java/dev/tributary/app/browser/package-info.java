/**
 * Tests of web applications in a real browser. Read {@link dev.tributary.app.browser.WebApplicationIntegrationTests} first, then
 * {@link dev.tributary.app.browser.Browser}.
 */
@NullMarked
package dev.tributary.app.browser;

import org.jspecify.annotations.NullMarked;
