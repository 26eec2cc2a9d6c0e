import { readFileSync } from 'node:fs'
import { compile } from '@nacre/contracts/generate'
import { type Hex, parseAbi } from 'viem'

export const labelKeeperAbi = parseAbi([
  'constructor(address registry, bytes32 modelId, string output, uint256 classes)',
  'struct InferenceReceipt { bytes32 requestId; bytes32 modelId; bytes32 inputHash; bytes32 outputHash; uint64 timestampMs; uint64 sequence; }',
  'function requestIdOf(address account) view returns (bytes32)',
  'function record(InferenceReceipt receipt, bytes signature, bytes outputs) returns (uint256 class)',
  'function classPlusOne(address account) view returns (uint256)',
  'error RequestMismatch(bytes32 expected, bytes32 received)',
  'error ModelMismatch(bytes32 expected, bytes32 received)',
  'error OutputMismatch(bytes32 expected, bytes32 received)',
  'error OutputShape(uint256 expected, uint256 received)',
  'error KeyNotActive(address signer, uint8 status)',
])

/** Compiles LabelKeeper.sol, or what was made of it, as if it lay among the contracts. */
export function labelKeeperBytecode(): Hex {
  const path = 'src/examples/LabelKeeper.sol'
  const source = readFileSync(new URL('LabelKeeper.sol', import.meta.url), 'utf8').replaceAll('"@nacre/contracts/src/', '"../')
  return `0x${compile(new Map([[path, source]]), path)[path]?.LabelKeeper?.evm.bytecode.object}`
}
