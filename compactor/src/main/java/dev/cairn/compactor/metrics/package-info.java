/** What tracker and workers tell about themselves. */
@NullMarked
package dev.cairn.compactor.metrics;

import org.jspecify.annotations.NullMarked;
