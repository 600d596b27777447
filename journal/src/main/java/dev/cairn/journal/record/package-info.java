/** The records of a log: what is signed and hashed, byte by byte, and how it travels. */
@NullMarked
package dev.cairn.journal.record;

import org.jspecify.annotations.NullMarked;
