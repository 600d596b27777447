/** The one program: every command of {@code cairn}, and what its exit codes mean. */
@NullMarked
package dev.cairn.cli;

import org.jspecify.annotations.NullMarked;
