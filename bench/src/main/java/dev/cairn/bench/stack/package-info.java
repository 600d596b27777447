/** A provider in a process of its own, and owners of it. */
@NullMarked
package dev.cairn.bench.stack;

import org.jspecify.annotations.NullMarked;
