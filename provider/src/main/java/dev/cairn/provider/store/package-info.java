/** Object storage behind an interface without SDK types. */
@NullMarked
package dev.cairn.provider.store;

import org.jspecify.annotations.NullMarked;
