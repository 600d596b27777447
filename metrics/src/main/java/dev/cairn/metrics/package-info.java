/** What Cairn's processes tell about themselves: metrics, health and readiness. */
@NullMarked
package dev.cairn.metrics;

import org.jspecify.annotations.NullMarked;
