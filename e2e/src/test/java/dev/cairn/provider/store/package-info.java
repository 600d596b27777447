/** The storage contract over a real MinIO. */
@NullMarked
package dev.cairn.provider.store;

import org.jspecify.annotations.NullMarked;
