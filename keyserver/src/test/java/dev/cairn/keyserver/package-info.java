/** The keyserver as a program embeds it. */
@NullMarked
package dev.cairn.keyserver;

import org.jspecify.annotations.NullMarked;
