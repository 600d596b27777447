/** What is logged, how much of it, and in which form. */
@NullMarked
package dev.cairn.cli.logging;

import org.jspecify.annotations.NullMarked;
