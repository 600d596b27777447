/** Tests of the proofs and keys of wallets. */
@NullMarked
package dev.cairn.crypto.wallet;

import org.jspecify.annotations.NullMarked;
