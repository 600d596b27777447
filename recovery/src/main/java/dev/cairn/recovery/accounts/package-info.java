/** Accounts, folded from a log of commands: the same on every instance. */
@NullMarked
package dev.cairn.recovery.accounts;

import org.jspecify.annotations.NullMarked;
