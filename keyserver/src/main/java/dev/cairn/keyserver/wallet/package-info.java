/**
 * Wallets that an owner signs with: an encrypted file, a page in the browser, or copy and paste.
 */
@NullMarked
package dev.cairn.keyserver.wallet;

import org.jspecify.annotations.NullMarked;
