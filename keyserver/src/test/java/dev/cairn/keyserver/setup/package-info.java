/** Registration against a provider in memory. */
@NullMarked
package dev.cairn.keyserver.setup;

import org.jspecify.annotations.NullMarked;
