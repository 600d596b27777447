/**
 * The tracker: counts what each user has written since the last snapshot and asks for compactions.
 */
@NullMarked
package dev.cairn.compactor.track;

import org.jspecify.annotations.NullMarked;
