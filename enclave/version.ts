/** Of this package; a test keeps it equal to package.json, which is not part of a built image. */
export const version = '0.1.0'
