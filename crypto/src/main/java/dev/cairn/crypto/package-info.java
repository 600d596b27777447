/**
 * Keys, sealing, signatures and the state digest: everything that Cairn signs, seals or hashes, and
 * the fixed layouts behind it.
 */
@NullMarked
package dev.cairn.crypto;

import org.jspecify.annotations.NullMarked;
