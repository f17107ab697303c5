/** What every model family must hold to: its tests extend {@link dev.zoetrope.modelcontract.ModelFamilyContract}. */
@NullMarked
package dev.zoetrope.modelcontract;

import org.jspecify.annotations.NullMarked;
