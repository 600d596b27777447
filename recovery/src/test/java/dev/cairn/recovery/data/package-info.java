/** Tests of what leaves the service. */
@NullMarked
package dev.cairn.recovery.data;

import org.jspecify.annotations.NullMarked;
