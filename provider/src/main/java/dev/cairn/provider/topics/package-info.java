/** Topics that the services own, made and checked idempotently. */
@NullMarked
package dev.cairn.provider.topics;

import org.jspecify.annotations.NullMarked;
