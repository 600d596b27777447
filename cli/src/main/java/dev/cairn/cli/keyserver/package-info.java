/** {@code cairn keyserver …}: the owner's commands. */
@NullMarked
package dev.cairn.cli.keyserver;

import org.jspecify.annotations.NullMarked;
