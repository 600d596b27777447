@NullMarked
package dev.cairn.journal.state;

import org.jspecify.annotations.NullMarked;
