/** Why an image could not be built, read or started. The message says what to do. */
export class ImageError extends Error {
  override readonly name = 'ImageError'
  readonly code: ImageErrorCode

  constructor(code: ImageErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

export type ImageErrorCode =
  /** A program that must be on this machine is not. */
  | 'TOOL_MISSING'
  /** A package cannot be had in the version that is pinned. */
  | 'PACKAGE_UNAVAILABLE'
  /** A package is not the one that is pinned. */
  | 'PACKAGE_MISMATCH'
  /** A program that takes part in the build failed. */
  | 'BUILD_FAILED'
  | 'SIGNING_KEY_UNFIT'
