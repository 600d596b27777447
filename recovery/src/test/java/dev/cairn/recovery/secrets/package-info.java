/** Tests of the service's own keys. */
@NullMarked
package dev.cairn.recovery.secrets;

import org.jspecify.annotations.NullMarked;
