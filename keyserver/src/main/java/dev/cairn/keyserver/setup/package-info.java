/** Makes a new account and the first home for it. */
@NullMarked
package dev.cairn.keyserver.setup;

import org.jspecify.annotations.NullMarked;
