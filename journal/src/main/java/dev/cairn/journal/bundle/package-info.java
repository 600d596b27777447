/** The recovery bundle between its stored form and the wraps that are opened. */
@NullMarked
package dev.cairn.journal.bundle;

import org.jspecify.annotations.NullMarked;
