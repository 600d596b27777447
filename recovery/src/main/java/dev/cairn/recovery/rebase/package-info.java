/** Bases that owners upload: taking their files, verifying them blind, publishing them. */
@NullMarked
package dev.cairn.recovery.rebase;

import org.jspecify.annotations.NullMarked;
