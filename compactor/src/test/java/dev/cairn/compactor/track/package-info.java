/** Tests of the package of the same name. */
@NullMarked
package dev.cairn.compactor.track;

import org.jspecify.annotations.NullMarked;
