/** A compaction that ends its process at a chosen arrow of the publishing order. */
@NullMarked
package dev.cairn.compactor.work;

import org.jspecify.annotations.NullMarked;
