/** What is kept: named values, in the clear. */
@NullMarked
package dev.cairn.keyserver.object;

import org.jspecify.annotations.NullMarked;
