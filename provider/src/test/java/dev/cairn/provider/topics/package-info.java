/** Checks which settings of existing topics will do. */
@NullMarked
package dev.cairn.provider.topics;

import org.jspecify.annotations.NullMarked;
