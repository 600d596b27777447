/** Tests of the compactor's entry points. */
@NullMarked
package dev.cairn.compactor;

import org.jspecify.annotations.NullMarked;
