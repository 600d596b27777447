/** What the recovery service tells about itself. */
@NullMarked
package dev.cairn.recovery.metrics;

import org.jspecify.annotations.NullMarked;
