import { readFileSync, writeFileSync } from 'node:fs'
import { encodeBundle } from '@nacre/verifier/bundle'
import { fromHex, sha256, toHex } from '@nacre/verifier/bytes'
import { hashCheckpoint } from '@nacre/verifier/checkpoint'
import { keysetUserData } from '@nacre/verifier/keyset'
import { encodeLogOpening } from '@nacre/verifier/log-opening'
import { hashReceipt } from '@nacre/verifier/receipt'
import { logKey, makeAnswer, pcrHex, receiptAccount } from '../support/answer.ts'
import { cosignText, ed25519Key, testLog } from '../support/log.ts'
import { makeChain } from '../support/pki.ts'

/**
 * Writes the vectors of verifier/SPEC.md section 19 again after a format has changed: `node --conditions=source --import tsx test/vectors/spec-vectors.ts`. Signatures of P-384 are
 * random, so that the bundle differs each time.
 */
const path = new URL('../../verifier/SPEC.md', import.meta.url)
const { bundle, keyset, chain } = await makeAnswer({ chain: makeChain({ depth: 1 }) })

const opening = encodeLogOpening({ format: 'nacre/log/1', logName: keyset.logName, timestampMs: 1_768_478_400_000, previous: null })
const leaves = [
  await sha256(opening),
  ...Array.from({ length: 9 }, (_, i) => fromHex(hashReceipt({ ...bundle.receipt, sequence: BigInt(i + 1) }, null))),
]
const log = testLog(leaves)
const checkpoint = log.checkpoint(1_768_478_402_000n)
const text = new TextDecoder().decode(log.note(keyset.logName, logKey)).split('\n\n')[0]
const note = log.note(keyset.logName, logKey, cosignText(`${text}\n`, 'witness.example/w1', ed25519Key('w1'), 1_768_478_403n))

const pemLines = Buffer.from(chain.root.der)
  .toString('base64')
  .match(/.{1,64}/g) as string[]
const vectors: Record<string, string> = {
  keyset: new TextDecoder().decode(bundle.keyset),
  'user-data': toHex(await keysetUserData(bundle.keyset)),
  opening: new TextDecoder().decode(opening),
  'log-checkpoint': [
    checkpoint.treeSize,
    checkpoint.rootHash,
    checkpoint.timestampMs,
    hashCheckpoint(checkpoint),
    await receiptAccount.sign({ hash: hashCheckpoint(checkpoint) }),
  ].join('\n'),
  inclusion: log.inclusion(7).join('\n'),
  consistency: [testLog(leaves.slice(0, 6)).root(), ...log.consistency(6)].join('\n'),
  note: new TextDecoder().decode(note).trimEnd(),
  bundle: (
    toHex(encodeBundle(bundle))
      .slice(2)
      .match(/.{1,128}/g) as string[]
  ).join('\n'),
  root: ['-----BEGIN CERTIFICATE-----', ...pemLines, '-----END CERTIFICATE-----'].join('\n'),
  pcr0: pcrHex(0),
}

let spec = readFileSync(path, 'utf8')
for (const [name, body] of Object.entries(vectors)) {
  const block = new RegExp(`^\`\`\`text ${name}\\n[^\`]*?\\n\`\`\`$`, 'm')
  if (!block.test(spec)) throw new Error(`SPEC.md has no vector ${name}`)
  spec = spec.replace(block, () => `\`\`\`text ${name}\n${body}\n\`\`\``)
}
writeFileSync(path, spec)
