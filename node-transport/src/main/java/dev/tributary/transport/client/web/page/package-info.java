/** What the client API changes in the pages of applications, and how it reads them. */
@NullMarked
package dev.tributary.transport.client.web.page;

import org.jspecify.annotations.NullMarked;
