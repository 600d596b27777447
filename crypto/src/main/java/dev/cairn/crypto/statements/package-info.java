/** What an owner signs for the provider: possession of the backup key, and requests. */
@NullMarked
package dev.cairn.crypto.statements;

import org.jspecify.annotations.NullMarked;
