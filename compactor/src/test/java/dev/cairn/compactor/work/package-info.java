/** Tests of the package of the same name. */
@NullMarked
package dev.cairn.compactor.work;

import org.jspecify.annotations.NullMarked;
