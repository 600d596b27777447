/** The fold of the accounts, tried with random commands, crashes and lost tails. */
@NullMarked
package dev.cairn.recovery.accounts;

import org.jspecify.annotations.NullMarked;
