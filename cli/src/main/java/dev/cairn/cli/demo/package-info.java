/** {@code cairn demo}: the whole story with real data, compared with the data's own source. */
@NullMarked
package dev.cairn.cli.demo;

import org.jspecify.annotations.NullMarked;
