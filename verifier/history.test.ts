import fc from 'fast-check'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import { sha256Hex } from '../test/support/answer.ts'
import { makeHistory, type TestHistoryParts } from '../test/support/history.ts'
import { makeChain, nowMs } from '../test/support/pki.ts'
import { concatBytes, sha256 } from './bytes.ts'
import { VerifierError, verifierErrorCodes } from './errors.ts'
import { migrationTypedData } from './handover.ts'
import { decodeHistory, type Epoch, encodeHistory, type HistoryPolicy, imagesOf, verifyHistory } from './history.ts'

const owner = privateKeyToAccount(sha256Hex('owner'))
const chain = makeChain()

/** What a verifier says of the epochs that were made and then altered. */
async function verdict(
  parts: TestHistoryParts,
  alter: (epochs: Epoch[]) => Epoch[] = (epochs) => epochs,
  policy: Partial<HistoryPolicy> = {},
) {
  const { epochs, images } = await makeHistory({ chain, owner, ...parts })
  const history = encodeHistory(alter(structuredClone(epochs)))
  const accepted: HistoryPolicy = {
    measurements: images.slice(0, 1),
    upgrades: { owner: owner.address },
    continuity: 'named',
    overlapMsMax: 0,
    signer: null,
    known: null,
    ...policy,
  }
  return verifyHistory({ history, root: chain.root, policy: accepted }).then(
    (verified) => verified,
    (error) => {
      if (error instanceof VerifierError) return error.code
      throw error
    },
  )
}
const three: TestHistoryParts = { images: [0, 0, 1] }
const replaced = (index: number, parts: Partial<Epoch>) => (epochs: Epoch[]) =>
  epochs.map((epoch, at) => (at === index ? { ...epoch, ...parts } : epoch))

test('HIS-01 accepts the one encoding of a history, with its checksum', async () => {
  const { epochs } = await makeHistory({ chain, owner, ...three })
  const bytes = encodeHistory(epochs)
  expect(decodeHistory(bytes)).toEqual(epochs)
  expect(encodeHistory(decodeHistory(bytes))).toEqual(bytes)
})

test('HIS-01 rejects every history with one changed byte, whatever is behind it', async () => {
  const { epochs, images } = await makeHistory({ chain, owner, images: [0] })
  const bytes = encodeHistory(epochs)
  const policy = { measurements: images, upgrades: 'listed', continuity: 'named', overlapMsMax: 0, signer: null, known: null } as const
  await verifyHistory({ history: bytes, root: chain.root, policy })
  for (let at = 0; at < bytes.length; at++) {
    const altered = Uint8Array.from(bytes)
    altered[at] = (altered[at] as number) ^ 0x01
    await expect(verifyHistory({ history: altered, root: chain.root, policy })).rejects.toMatchObject({
      code: expect.stringMatching(/^(HISTORY|CBOR)_MALFORMED$/),
    })
  }
  expect(() => encodeHistory([])).not.toThrow()
  expect(() => decodeHistory(encodeHistory([]))).toThrow(expect.objectContaining({ code: 'HISTORY_MALFORMED' }))
})

test('HIS-02 accepts epochs whose documents, keysets and images hold', async () => {
  const verified = await verdict({ images: [0, 0] }, undefined, { upgrades: 'listed' })
  expect(verified).toMatchObject({ epochs: [{ change: 'first' }, { change: 'restart' }], earlier: null })
})

test('HIS-02 rejects a document of another root, another key or another image than is listed', async () => {
  const other = (await makeHistory({ chain: makeChain({ seed: 'elsewhere' }), owner, ...three })).epochs[1] as Epoch
  expect(await verdict(three, replaced(1, { attestation: other.attestation }))).toBe('ROOT_MISMATCH')
  const { epochs } = await makeHistory({ chain, owner, ...three })
  expect(await verdict(three, replaced(1, { attestation: (epochs[0] as Epoch).attestation }))).toBe('KEYSET_MISMATCH')
  expect(await verdict({ images: [1, 0] }, undefined, { measurements: (await makeHistory({ chain, owner, images: [0] })).images })).toBe(
    'MEASUREMENT_NOT_ALLOWED',
  )
  // The attack: the host's own image at the end, attested like any, approved by nobody.
  expect(await verdict(three, undefined, { upgrades: 'listed' })).toBe('MEASUREMENT_NOT_ALLOWED')
  expect(await verdict({ images: [0, 'debug'] })).toBe('DEBUG_ENCLAVE')
  expect(await verdict(three, undefined, { measurements: [] })).toBe('POLICY_EMPTY')
})

test('HIS-03 accepts an opening that is leaf 0 of a log that the receipt key signed', async () => {
  expect(await verdict({ images: [0], receipts: 300 })).toMatchObject({ epochs: [{ checkpoint: { treeSize: 301n } }] })
})

test('HIS-03 rejects an opening that is another leaf, another log’s, or under a head that another key signed', async () => {
  const { epochs } = await makeHistory({ chain, owner, ...three })
  const [first, second] = epochs as [Epoch, Epoch]
  expect(await verdict(three, replaced(0, { opening: second.opening }))).toBe('HISTORY_BROKEN')
  expect(await verdict(three, replaced(0, { openingProof: second.openingProof.slice(1) }))).toBe('INCLUSION_INVALID')
  expect(await verdict(three, replaced(0, { checkpoint: second.checkpoint, checkpointSignature: second.checkpointSignature }))).toBe(
    'SIGNATURE_INVALID',
  )
  const rewritten = Buffer.from(
    Buffer.from(first.opening)
      .toString()
      .replace(String(nowMs), String(nowMs + 1)),
  )
  expect(await verdict(three, replaced(0, { opening: Uint8Array.from(rewritten) }))).toBe('INCLUSION_INVALID')
})

test('HIS-04 accepts logs each of which names a head of the one before', async () => {
  // The predecessor grew a little after the head that its successor was shown.
  const verified = await verdict({ images: [0, 0, 0], receipts: 40, shown: 30 }, undefined, { overlapMsMax: 3_600_000 })
  expect(verified).toMatchObject({ epochs: [{}, { change: 'restart' }, { change: 'restart' }] })
})

test('HIS-04 rejects an epoch left out, exchanged or forked off, and the head of an empty log', async () => {
  expect(await verdict(three, (epochs) => [epochs[0] as Epoch, { ...(epochs[2] as Epoch) }])).toBe('HISTORY_BROKEN')
  expect(await verdict({ images: [0, 0, 0] }, ([a, b, c]) => [b, a, c] as Epoch[])).toBe('HISTORY_BROKEN')
  expect(await verdict({ images: [0, 0], forked: true })).toBe('CONSISTENCY_INVALID')
  expect(await verdict({ images: [0, 0], shown: 'nothing' })).toBe('HISTORY_BROKEN')
  expect(await verdict({ images: [0, 0] }, replaced(1, { successionProof: [sha256Hex('a hash')] }))).toBe('HISTORY_MALFORMED')
})

test('HIS-05 accepts a predecessor that ended within the window', async () => {
  expect(await verdict({ images: [0, 0], overlapMs: 60_000 }, undefined, { overlapMsMax: 60_000 })).toMatchObject({ epochs: [{}, {}] })
})

test('HIS-05 rejects one that went on for longer, and a log that was opened before the one it names', async () => {
  expect(await verdict({ images: [0, 0], overlapMs: 60_001 }, undefined, { overlapMsMax: 60_000 })).toBe('HISTORY_OVERLAP')
  expect(await verdict({ images: [0, 0], epochMs: -1 })).toBe('HISTORY_BROKEN')
})

test('HIS-06 accepts another image with the owner’s approval, and says whose it is', async () => {
  const verified = await verdict(three)
  expect(verified).toMatchObject({ epochs: [{ approvedBy: null }, { approvedBy: null }, { change: 'upgrade', approvedBy: owner.address }] })
  if (typeof verified === 'string') throw new Error(verified)
  expect(imagesOf(verified)).toHaveLength(2)
})

test('HIS-06 rejects it without, by somebody else, of another change, backwards or too late', async () => {
  const { epochs } = await makeHistory({ chain, owner, ...three })
  const approval = (epochs[2] as Epoch).approval as NonNullable<Epoch['approval']>
  const by = async (signer: typeof owner, migration = approval.migration) => ({
    migration,
    signature: await signer.signTypedData(migrationTypedData(migration)),
  })
  const { from, to } = approval.migration
  expect(await verdict(three, replaced(2, { approval: null }))).toBe('UPGRADE_NOT_APPROVED')
  expect(await verdict(three, replaced(2, { approval: await by(privateKeyToAccount(sha256Hex('thief'))) }))).toBe('UPGRADE_NOT_APPROVED')
  expect(await verdict(three, replaced(2, { approval: { ...approval, migration: { ...approval.migration, to: from } } }))).toBe(
    'UPGRADE_NOT_APPROVED',
  )
  expect(await verdict(three, replaced(2, { approval: await by(owner, { ...approval.migration, from: to, to: from }) }))).toBe(
    'UPGRADE_NOT_APPROVED',
  )
  expect(await verdict(three, replaced(2, { approval: await by(owner, { ...approval.migration, notAfterMs: BigInt(nowMs) }) }))).toBe(
    'UPGRADE_NOT_APPROVED',
  )
  // Back to the image before is a change too.
  expect(await verdict({ images: [0, 1, 0] }, replaced(2, { approval: null }))).toBe('UPGRADE_NOT_APPROVED')
  // Listed or not: where the owner is asked for, the owner must have said so.
  const { images } = await makeHistory({ chain, owner, ...three })
  expect(await verdict(three, replaced(2, { approval: null }), { measurements: images })).toBe('UPGRADE_NOT_APPROVED')
  expect(await verdict(three, replaced(0, { approval }))).toBe('UPGRADE_NOT_APPROVED')
})

test('HIS-07 accepts a history that ends in the key that is asked about and shows the one that is known', async () => {
  const { signers } = await makeHistory({ chain, owner, ...three })
  expect(await verdict(three, undefined, { signer: signers[2] as `0x${string}`, known: signers[1] as `0x${string}` })).toMatchObject({
    epochs: [{}, {}, {}],
  })
})

test('HIS-07 rejects one that ends in another, or leaves out what is known', async () => {
  const { signers } = await makeHistory({ chain, owner, ...three })
  expect(await verdict(three, undefined, { signer: signers[1] as `0x${string}` })).toBe('SIGNER_MISMATCH')
  const cut = await verdict(three, (epochs) => epochs.slice(1), { known: signers[0] as `0x${string}` })
  expect(cut).toBe('HISTORY_BROKEN')
  // What is left out at the beginning shows all the same.
  expect(await verdict(three, (epochs) => epochs.slice(1))).toMatchObject({ earlier: { origin: `nacre/${signers[0]?.toLowerCase()}` } })
})

test('HIS-08 accepts enclaves that gave their keys to each other, and others where the policy takes them', async () => {
  expect(await verdict({ images: [0, 0], sharedKeys: true }, undefined, { continuity: 'shared-keys' })).toMatchObject({
    epochs: [{ sharesKeys: false }, { sharesKeys: true }],
  })
  expect(await verdict({ images: [0, 0] })).toMatchObject({ epochs: [{}, { sharesKeys: false }] })
})

test('HIS-08 rejects an enclave of an accepted image that took a stranger’s log for its past', async () => {
  expect(await verdict({ images: [0, 0] }, undefined, { continuity: 'shared-keys' })).toBe('HISTORY_BROKEN')
})

test('HIS-09 accepts a policy that says everything', async () => {
  expect(await verdict({ images: [0] }, undefined, { overlapMsMax: 0, signer: null })).toMatchObject({ epochs: [{}] })
})

test('HIS-09 rejects one that does not', async () => {
  for (const policy of [
    { overlapMsMax: -1 },
    { overlapMsMax: Number.NaN },
    { overlapMsMax: undefined },
    { upgrades: undefined },
    { upgrades: { owner: '0x01' } },
    { continuity: 'any' },
    { signer: 'nobody' },
    { known: undefined },
  ])
    expect(await verdict({ images: [0] }, undefined, policy as never), JSON.stringify(policy)).toBe('POLICY_MALFORMED')
})

test('no byte of a history is without somebody who vouches for it: refused under a checksum made anew, too', async () => {
  const { epochs, images } = await makeHistory({ chain, owner, images: [0, 1] })
  const bytes = encodeHistory(epochs)
  const policy = {
    measurements: images.slice(0, 1),
    upgrades: { owner: owner.address },
    continuity: 'named',
    overlapMsMax: 0,
    signer: null,
    known: null,
  } as const
  // The checksum stands last: its key of nine bytes, then two and thirty-two.
  const covered = bytes.length - 43
  let accepted = 0
  for (let at = 1; at < covered; at += 29) {
    const altered = Uint8Array.from(bytes)
    altered[at] = (altered[at] as number) ^ (1 << (at % 8))
    const digest = await sha256(concatBytes(Uint8Array.of(0xa2), altered.subarray(1, covered)))
    altered.set(digest, bytes.length - 32)
    const code = await verifyHistory({ history: altered, root: chain.root, policy }).then(
      () => 'accepted',
      (error: VerifierError) => error.code,
    )
    if (code === 'accepted') accepted++
    else expect(verifierErrorCodes).toContain(code)
  }
  expect(accepted).toBe(0)
})

describe('the parser', () => {
  test('has a code for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          decodeHistory(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(VerifierError)
        }
      }),
    )
  })
})
