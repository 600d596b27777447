/** Uploads the whole state as a new base and goes over to it: rebase and rotation. */
@NullMarked
package dev.cairn.keyserver.rebase;

import org.jspecify.annotations.NullMarked;
