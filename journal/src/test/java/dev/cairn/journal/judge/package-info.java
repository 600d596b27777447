@NullMarked
package dev.cairn.journal.judge;

import org.jspecify.annotations.NullMarked;
