/** Merges that go wrong, for the tests of those who use merges. */
@NullMarked
package dev.cairn.journal.merge;

import org.jspecify.annotations.NullMarked;
