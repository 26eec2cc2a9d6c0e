/**
 * Deployment of the P-384 verifier: three creations, in this order.
 *
 * ```ts
 * const { tables, verifier } = p384Deployment()
 * const first = await create(tables[0])
 * const second = await create(tables[1])
 * const address = await create(verifier([first, second]))
 * ```
 *
 * The verifier's constructor takes the two addresses and compares the code hashes of what it finds there with the two it
 * was generated with: wrong tables, or tables in the wrong order, fail the creation. Deployed code cannot change, so the
 * check holds for good and costs nothing later. Each creation fits one transaction by itself.
 */
import { concat, type Hex, keccak256, pad } from 'viem'
import { Assembler, initCode } from './assembler.ts'
import { tableCode, verifierCode, verifierTemplate } from './p384.ts'

export type P384Deployment = {
  /** Creation code of the two tables. */
  tables: readonly [Hex, Hex]
  /** Creation code of the verifier with its constructor arguments. */
  verifier: (tables: readonly [Hex, Hex]) => Hex
  /** keccak-256 of the tables' runtime code. */
  tableHashes: readonly [Hex, Hex]
  /** keccak-256 of the runtime code of the verifier that uses these tables. */
  verifierHash: (tables: readonly [Hex, Hex]) => Hex
}

export function p384Deployment(): P384Deployment {
  const runtimes = [tableCode(0), tableCode(1)] as const
  const tableHashes = [keccak256(runtimes[0]), keccak256(runtimes[1])] as const
  const creation = verifierCreation(tableHashes)
  return {
    tables: [toHex(initCode(runtimes[0])), toHex(initCode(runtimes[1]))],
    verifier: ([first, second]) => concat([creation, pad(first, { size: 32 }), pad(second, { size: 32 })]),
    tableHashes,
    verifierHash: ([first, second]) => keccak256(verifierCode([BigInt(first), BigInt(second)])),
  }
}

/** Creation code that expects two more words behind it: the tables' addresses, as Solidity would encode them. */
function verifierCreation(tableHashes: readonly [Hex, Hex]): Hex {
  const { code, firstAt, differenceAt } = verifierTemplate()
  const size = code.length
  const asm = new Assembler()
  asm
    .push(size + 64)
    .pushLabel('runtime')
    .push(0)
    .op('CODECOPY')
  asm.compute(['MLOAD', size], 'first').compute(['MLOAD', size + 32], 'second')
  // Attack: a table with other points would let its author prove anything.
  asm.jumpIf('wrong', ['XOR', ['EXTCODEHASH', 'first'], BigInt(tableHashes[0])])
  asm.jumpIf('wrong', ['XOR', ['EXTCODEHASH', 'second'], BigInt(tableHashes[1])])
  asm.run(['MSTORE', firstAt, 'first']).run(['MSTORE', differenceAt, ['SUB', 'second', 'first']])
  asm.run(['RETURN', 0, size])
  asm.label('wrong').run(['REVERT', 0, 0])
  asm.data('runtime', code)
  return toHex(asm.assemble())
}

const toHex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`
