/** The command line as users and scripts see it. */
@NullMarked
package dev.cairn.cli;

import org.jspecify.annotations.NullMarked;
