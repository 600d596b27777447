/** Rebase and rotation against the whole stack: what they repair, and what a crash leaves. */
@NullMarked
package dev.cairn.e2e.rebase;

import org.jspecify.annotations.NullMarked;
