/** The snapshots of a user in object storage: listing, reading, publishing, sweeping. */
@NullMarked
package dev.cairn.compactor.catalog;

import org.jspecify.annotations.NullMarked;
