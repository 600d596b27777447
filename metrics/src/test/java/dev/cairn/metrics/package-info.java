/** Tests of the catalogue, the registry and the exposition. */
@NullMarked
package dev.cairn.metrics;

import org.jspecify.annotations.NullMarked;
