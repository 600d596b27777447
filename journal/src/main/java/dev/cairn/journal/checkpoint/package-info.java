/** Points of the chain that a recovery must not fall behind. */
@NullMarked
package dev.cairn.journal.checkpoint;

import org.jspecify.annotations.NullMarked;
