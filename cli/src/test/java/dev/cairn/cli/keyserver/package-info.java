/** The owner's commands. */
@NullMarked
package dev.cairn.cli.keyserver;

import org.jspecify.annotations.NullMarked;
