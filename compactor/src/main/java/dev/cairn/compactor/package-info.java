/**
 * The compactor: turns users' logs into verified snapshots and truncates what they contain, without
 * ever holding a key.
 */
@NullMarked
package dev.cairn.compactor;

import org.jspecify.annotations.NullMarked;
