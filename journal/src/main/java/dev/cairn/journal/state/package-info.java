/**
 * Folds accepted records into the digest of the live state and compares it with what was signed.
 */
@NullMarked
package dev.cairn.journal.state;

import org.jspecify.annotations.NullMarked;
