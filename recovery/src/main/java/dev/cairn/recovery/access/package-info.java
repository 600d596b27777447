/** Who may do what: logins, tokens, nonces, signed requests. */
@NullMarked
package dev.cairn.recovery.access;

import org.jspecify.annotations.NullMarked;
