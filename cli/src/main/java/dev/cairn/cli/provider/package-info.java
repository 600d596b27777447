/** The provider's commands: services, compaction, verification, the embedded stack. */
@NullMarked
package dev.cairn.cli.provider;

import org.jspecify.annotations.NullMarked;
