/**
 * Ethereum wallets: the proof that somebody owns an address, and the signature that a wallet's key
 * comes from.
 */
@NullMarked
package dev.cairn.crypto.wallet;

import org.jspecify.annotations.NullMarked;
