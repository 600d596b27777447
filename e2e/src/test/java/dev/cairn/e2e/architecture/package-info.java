/** Which module may depend on which. */
@NullMarked
package dev.cairn.e2e.architecture;

import org.jspecify.annotations.NullMarked;
