/** Access for tests to the embedded stack's configuration. */
@NullMarked
package dev.cairn.cli.local;

import org.jspecify.annotations.NullMarked;
