/** What the provider does with accounts: looking, disabling, deleting, rebuilding. */
@NullMarked
package dev.cairn.recovery.admin;

import org.jspecify.annotations.NullMarked;
