/** Tests of the package of the same name. */
@NullMarked
package dev.cairn.journal.snapshot;

import org.jspecify.annotations.NullMarked;
