/**
 * Brings a backup onto an empty machine: everything is verified before the home appears, and only
 * then may it write.
 */
@NullMarked
package dev.cairn.keyserver.recover;

import org.jspecify.annotations.NullMarked;
