import './deterministic.ts'

import { toHex } from '@nacre/verifier/bytes'
import { type CborMap, type CborValue, decodeCbor, encodeCbor } from '@nacre/verifier/cbor'
import { type Epoch, encodeHistory } from '@nacre/verifier/history'
import { privateKeyToAccount } from 'viem/accounts'
import { sha256 } from 'viem/utils'
import { otherAccount, sha256Hex } from '../support/answer.ts'
import { makeHistory, type TestHistoryParts } from '../support/history.ts'
import { makeChain } from '../support/pki.ts'
import type { Draft } from './cases.ts'
import type { Json } from './run.ts'

const owner = privateKeyToAccount(sha256Hex('owner'))

export async function historyCases(): Promise<Draft[]> {
  const chain = makeChain({ depth: 1 })
  const make = async (parts: TestHistoryParts, alter: (epochs: Epoch[]) => Epoch[] = (epochs) => epochs) => {
    const { epochs, images, signers } = await makeHistory({ chain, owner, ...parts })
    return { bytes: encodeHistory(alter(structuredClone(epochs))), images, signers }
  }
  const upgraded = await make({ images: [0, 0, 1] })
  const policy = {
    measurements: upgraded.images.slice(0, 1),
    upgrades: { owner: owner.address },
    continuity: 'named',
    overlapMsMax: 0,
    signer: null,
    known: null,
  }
  const draft = (title: string, code: string | undefined, bytes: Uint8Array, more: { [key: string]: Json } = {}): Draft => ({
    title,
    input: { history: toHex(bytes), root: toHex(chain.root.der), policy: { ...policy, ...more } as unknown as Json },
    ...(code === undefined ? {} : { code }),
  })
  const of = async (parts: TestHistoryParts, alter?: (epochs: Epoch[]) => Epoch[]) => (await make(parts, alter)).bytes
  const replaced = (index: number, change: Partial<Epoch>) => (epochs: Epoch[]) =>
    epochs.map((epoch, at) => (at === index ? { ...epoch, ...change } : epoch))
  const [first, second, third] = (await makeHistory({ chain, owner, images: [0, 0, 1] })).epochs as [Epoch, Epoch, Epoch]
  const fields = decodeCbor(upgraded.bytes) as CborMap
  const sealed = (edit: (fields: Map<string | number | bigint, CborValue>) => void) => {
    const rest = new Map([...fields].filter(([name]) => name !== 'checksum'))
    edit(rest)
    return encodeCbor(new Map([...rest, ['checksum', sha256(encodeCbor(rest, { deterministic: true }), 'bytes')]]), { deterministic: true })
  }
  const [a, b] = upgraded.signers as [string, string]
  const elsewhere = makeChain({ depth: 1, seed: 'b' })
  return [
    draft('one epoch', undefined, await of({ images: [0] })),
    draft('a restart', undefined, await of({ images: [0, 0] }), { upgrades: 'listed' }),
    draft('a restart and an upgrade that the owner approved', undefined, upgraded.bytes),
    draft('an upgrade among images that are listed', undefined, upgraded.bytes, {
      upgrades: 'listed',
      measurements: upgraded.images as unknown as Json,
    }),
    draft(
      'a log that was shown before it ended, within the window',
      undefined,
      await of({ images: [0, 0], receipts: 40, shown: 30, overlapMs: 60_000 }),
      {
        overlapMsMax: 60_000,
      },
    ),
    draft('with the keys of the one before', undefined, await of({ images: [0, 0], sharedKeys: true }), { continuity: 'shared-keys' }),
    draft('that ends in the key asked for and shows the one known', undefined, upgraded.bytes, {
      signer: upgraded.signers[2] as string,
      known: b,
    }),
    draft('one byte more', 'CBOR_MALFORMED', Uint8Array.from([...upgraded.bytes, 0])),
    draft('one byte less', 'CBOR_MALFORMED', upgraded.bytes.slice(0, -1)),
    draft('with a damaged checksum', 'HISTORY_MALFORMED', upgraded.bytes.with(-40, (upgraded.bytes.at(-40) as number) ^ 1)),
    draft(
      'of another format',
      'HISTORY_MALFORMED',
      sealed((map) => map.set('format', 'nacre/history/2')),
    ),
    draft(
      'with a field more',
      'HISTORY_MALFORMED',
      sealed((map) => map.set('extra', 1)),
    ),
    draft(
      'of no epochs',
      'HISTORY_MALFORMED',
      sealed((map) => map.set('epochs', [])),
    ),
    draft(
      'with an epoch of six items',
      'HISTORY_MALFORMED',
      sealed((map) => map.set('epochs', [['a', 'b', 'c', 'd', 'e', 'f']])),
    ),
    draft(
      'with a proof for an epoch that is not there',
      'HISTORY_MALFORMED',
      await of({ images: [0] }, replaced(0, { successionProof: [sha256Hex('x')] })),
    ),
    draft(
      'under another root',
      'ROOT_MISMATCH',
      await makeHistory({ chain: elsewhere, owner, images: [0] }).then(({ epochs }) => encodeHistory(epochs)),
    ),
    draft('of an image that is not accepted', 'MEASUREMENT_NOT_ALLOWED', await of({ images: [1] })),
    draft('with an image in it that is not listed', 'MEASUREMENT_NOT_ALLOWED', upgraded.bytes, { upgrades: 'listed' }),
    draft('with an enclave in debug mode', 'DEBUG_ENCLAVE', await of({ images: [0, 'debug'] })),
    draft(
      'with the document of another key',
      'KEYSET_MISMATCH',
      await of({ images: [0, 0, 1] }, replaced(1, { attestation: first.attestation })),
    ),
    draft(
      'with a head that another key signed',
      'SIGNATURE_INVALID',
      await of({ images: [0, 0, 1] }, replaced(0, { checkpoint: second.checkpoint, checkpointSignature: second.checkpointSignature })),
    ),
    draft('with the opening of another log', 'HISTORY_BROKEN', await of({ images: [0, 0, 1] }, replaced(0, { opening: second.opening }))),
    draft(
      'with an opening that is not the first leaf',
      'INCLUSION_INVALID',
      await of({ images: [0, 0, 1] }, replaced(0, { openingProof: second.openingProof.toReversed() })),
    ),
    draft('with an epoch left out', 'HISTORY_BROKEN', encodeHistory([first, third])),
    draft('with its epochs in another order', 'HISTORY_BROKEN', encodeHistory([second, first, third])),
    draft('that forks', 'CONSISTENCY_INVALID', await of({ images: [0, 0], forked: true })),
    draft('that names the head of an empty log', 'HISTORY_BROKEN', await of({ images: [0, 0], shown: 'nothing' })),
    draft('that goes on beyond the window', 'HISTORY_OVERLAP', await of({ images: [0, 0], overlapMs: 60_001 }), { overlapMsMax: 60_000 }),
    draft('that goes back in time', 'HISTORY_BROKEN', await of({ images: [0, 0], epochMs: -1 })),
    draft('with an upgrade that nobody approved', 'UPGRADE_NOT_APPROVED', await of({ images: [0, 0, 1] }, replaced(2, { approval: null }))),
    draft('with an upgrade that somebody else approved', 'UPGRADE_NOT_APPROVED', upgraded.bytes, {
      upgrades: { owner: otherAccount.address },
    }),
    draft(
      'with the approval of another upgrade',
      'UPGRADE_NOT_APPROVED',
      await of({ images: [0, 0, 1] }, replaced(1, { approval: third.approval })),
    ),
    draft('whose keys are not those of the one before', 'HISTORY_BROKEN', await of({ images: [0, 0] }), { continuity: 'shared-keys' }),
    draft('that ends in another key than asked for', 'SIGNER_MISMATCH', upgraded.bytes, { signer: a }),
    draft('that does not show the key that is known', 'HISTORY_BROKEN', upgraded.bytes, { known: otherAccount.address }),
    draft('judged by a policy without images', 'POLICY_EMPTY', upgraded.bytes, { measurements: [] }),
    draft('judged by a policy with a window of less than nothing', 'POLICY_MALFORMED', upgraded.bytes, { overlapMsMax: -1 }),
  ]
}
