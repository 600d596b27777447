/**
 * Messages of the recovery service's HTTP API, one record each; binary fields are base64url without
 * padding.
 */
@NullMarked
package dev.cairn.schemas.http;

import org.jspecify.annotations.NullMarked;
