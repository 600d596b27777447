/** Gives a backup back to whoever proves the secret, and to nobody else. */
@NullMarked
package dev.cairn.recovery;

import org.jspecify.annotations.NullMarked;
