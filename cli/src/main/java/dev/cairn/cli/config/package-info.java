/** Commands about the configuration itself. */
@NullMarked
package dev.cairn.cli.config;

import org.jspecify.annotations.NullMarked;
