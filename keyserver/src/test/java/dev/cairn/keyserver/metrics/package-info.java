/** Tests of a keyserver's metrics. */
@NullMarked
package dev.cairn.keyserver.metrics;

import org.jspecify.annotations.NullMarked;
