@NullMarked
package dev.cairn.journal.record;

import org.jspecify.annotations.NullMarked;
