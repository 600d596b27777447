/** What Cairn costs: the program behind {@code bench/run}. */
@NullMarked
package dev.cairn.bench;

import org.jspecify.annotations.NullMarked;
