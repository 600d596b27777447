/** Topics, credentials and revocation at the broker. */
@NullMarked
package dev.cairn.recovery.provision;

import org.jspecify.annotations.NullMarked;
