/** Rows of the disaster table, tried with the real program. */
@NullMarked
package dev.cairn.e2e.disaster;

import org.jspecify.annotations.NullMarked;
