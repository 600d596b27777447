/** Tests of logging. */
@NullMarked
package dev.cairn.cli.logging;

import org.jspecify.annotations.NullMarked;
