/** What a keyserver tells about itself. */
@NullMarked
package dev.cairn.keyserver.metrics;

import org.jspecify.annotations.NullMarked;
