/** Tests of tokens and nonces. */
@NullMarked
package dev.cairn.recovery.access;

import org.jspecify.annotations.NullMarked;
