/** The recovery bundle: the backup key wrapped under whatever secret its owner remembers. */
@NullMarked
package dev.cairn.crypto.bundle;

import org.jspecify.annotations.NullMarked;
