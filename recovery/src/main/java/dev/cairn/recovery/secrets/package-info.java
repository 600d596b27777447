/** The service's own keys, and what is derived from them. */
@NullMarked
package dev.cairn.recovery.secrets;

import org.jspecify.annotations.NullMarked;
