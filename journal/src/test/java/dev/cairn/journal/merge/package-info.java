/** Tests of the package of the same name. */
@NullMarked
package dev.cairn.journal.merge;

import org.jspecify.annotations.NullMarked;
