/** What users cost who do nothing. */
@NullMarked
package dev.cairn.bench.idle;

import org.jspecify.annotations.NullMarked;
