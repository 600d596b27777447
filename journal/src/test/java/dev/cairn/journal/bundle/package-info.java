@NullMarked
package dev.cairn.journal.bundle;

import org.jspecify.annotations.NullMarked;
