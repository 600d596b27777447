/** Why a request is not served, in the words of the API. */
@NullMarked
package dev.cairn.recovery.refusal;

import org.jspecify.annotations.NullMarked;
