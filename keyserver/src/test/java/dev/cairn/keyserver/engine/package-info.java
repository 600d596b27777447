/** Writer, restart and publisher together, compared with a model over seeded crashes. */
@NullMarked
package dev.cairn.keyserver.engine;

import org.jspecify.annotations.NullMarked;
