@NullMarked
package dev.cairn.journal.checkpoint;

import org.jspecify.annotations.NullMarked;
