/** SIGKILL under load: of the keyserver, and of the whole provider. */
@NullMarked
package dev.cairn.e2e.kill;

import org.jspecify.annotations.NullMarked;
