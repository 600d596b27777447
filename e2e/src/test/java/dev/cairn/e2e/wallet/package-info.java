/** Wallets: the page in a real browser, and keyservers whose secret is a wallet. */
@NullMarked
package dev.cairn.e2e.wallet;

import org.jspecify.annotations.NullMarked;
