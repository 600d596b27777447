/** Removes the topics of deleted accounts while no tracker watches them. */
@NullMarked
package dev.cairn.compactor.retire;

import org.jspecify.annotations.NullMarked;
