/** The program as a person uses it: commands, exit codes, what is left on disk. */
@NullMarked
package dev.cairn.e2e.story;

import org.jspecify.annotations.NullMarked;
