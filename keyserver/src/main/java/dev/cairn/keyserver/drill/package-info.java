/** Recovers a keyserver's backup into a scratch place, compares, and says so. */
@NullMarked
package dev.cairn.keyserver.drill;

import org.jspecify.annotations.NullMarked;
