declare const verified: unique symbol

/** A value that passed a `verifyX` function. Cannot be made by hand without a cast, which a reviewer will see. */
export type Verified<value> = value & { readonly [verified]: true }
