/** What an account may hold and how fast it may write, where the provider sets bounds. */
@NullMarked
package dev.cairn.recovery.quota;

import org.jspecify.annotations.NullMarked;
