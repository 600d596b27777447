/**
 * OPAQUE-3DH with P256-SHA256 and Argon2id (RFC 9807, RFC 9497): the login that proves a password
 * without revealing it.
 */
@NullMarked
package dev.cairn.crypto.opaque;

import org.jspecify.annotations.NullMarked;
