/** Holds the documented configuration to the one in the code. */
@NullMarked
package dev.cairn.cli.config;

import org.jspecify.annotations.NullMarked;
