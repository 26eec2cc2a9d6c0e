/**
 * An ONNX file may name other files that hold its tensors, which the hash in the manifest would not cover; ONNX Runtime opens them relative to the working directory. Such a reference
 * is a protobuf entry with the key "location": these bytes behind a length of 8. The search is wider than the form (a tensor with exactly this name is refused
 * too) so that no way of writing the entry escapes it.
 */
export function namesExternalData(onnx: Uint8Array): boolean {
  const bytes = Buffer.from(onnx.buffer, onnx.byteOffset, onnx.byteLength)
  for (let at = bytes.indexOf('location'); at !== -1; at = bytes.indexOf('location', at + 1)) {
    const lengthEnd = bytes[at - 1]
    if (lengthEnd === 8 || lengthEnd === 0) return true // 0 ends a length of 8 that is written longer than needed
  }
  return false
}
