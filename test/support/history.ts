import { createHash } from 'node:crypto'
import { fromHex, type Hex, toHex } from '@nacre/verifier/bytes'
import { hashCheckpoint } from '@nacre/verifier/checkpoint'
import { type ImageMeasurement, type Migration, migrationTypedData } from '@nacre/verifier/handover'
import type { Epoch } from '@nacre/verifier/history'
import { encodeKeyset, keysetUserData } from '@nacre/verifier/keyset'
import { encodeLogOpening, type LogOpening } from '@nacre/verifier/log-opening'
import { extendModelPcr } from '@nacre/verifier/manifest'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { logKey, sha256Hex } from './answer.ts'
import { defaultPcrs, makeDocument } from './document.ts'
import { testLog } from './log.ts'
import { type makeChain, nowMs } from './pki.ts'

export type TestHistoryParts = {
  /** One epoch each: which image. `debug` has registers of zeros. */
  images: readonly (number | 'debug')[]
  /** Leaves of each log after the opening. */
  receipts?: number
  /** How many leaves of its predecessor an enclave is shown; all of them unless said otherwise. */
  shown?: number | 'nothing'
  /** The successor is shown another log of the same key. */
  forked?: boolean
  /** How long a predecessor goes on. */
  overlapMs?: number
  /** From one opening to the next. */
  epochMs?: number
  sharedKeys?: boolean
  /** Receipt key of the last epoch. */
  last?: PrivateKeyAccount
}

const registersOf = (image: number | 'debug'): ImageMeasurement => {
  const register = (index: number): Hex =>
    image === 'debug' ? `0x${'00'.repeat(48)}` : toHex(Uint8Array.from(createHash('sha384').update(`image ${image} ${index}`).digest()))
  return { pcr0: register(0), pcr1: register(1), pcr2: register(2) }
}

/** Enclaves that ran one after the other, each with a key and a log of its own, and the owner's approval wherever the image changes. */
export async function makeHistory(parts: TestHistoryParts & { chain: ReturnType<typeof makeChain>; owner: PrivateKeyAccount }) {
  const { chain, owner, images, receipts = 3, shown, forked = false, overlapMs = 0, epochMs = 3_600_000, sharedKeys = false, last } = parts
  const epochs: Epoch[] = []
  const signers: Hex[] = []
  let previous: LogOpening['previous'] = null
  for (const [index, image] of images.entries()) {
    const own = privateKeyToAccount(sha256Hex(`receipt key ${index}`))
    const account = index === images.length - 1 ? (last ?? own) : own
    signers.push(account.address)
    const logName = `nacre/${account.address.toLowerCase()}`
    const modelIds = [sha256Hex('a model')]
    const keyset = encodeKeyset({
      format: 'nacre/keyset/1',
      receiptKey: account.publicKey,
      tlsSpkiSha256: sha256Hex(sharedKeys ? 'tls' : `tls ${index}`),
      hpkePublicKey: sha256Hex(sharedKeys ? 'hpke' : `hpke ${index}`),
      logName,
      logPublicKey: toHex(logKey.publicKey),
      modelIds,
    })
    const measured = registersOf(image)
    const pcrs = new Map(defaultPcrs)
    for (const [at, register] of [measured.pcr0, measured.pcr1, measured.pcr2].entries()) pcrs.set(at, fromHex(register))
    pcrs.set(16, await extendModelPcr(modelIds))
    const attestation = makeDocument({ chain, publicKey: fromHex(account.publicKey), userData: await keysetUserData(keyset), pcrs })
    const openedMs = nowMs + index * epochMs
    const opening = encodeLogOpening({ format: 'nacre/log/1', logName, timestampMs: openedMs, previous })
    const leaf = (text: string) => Uint8Array.from(createHash('sha256').update(text).digest())
    const openingLeaf = Uint8Array.from(createHash('sha256').update(opening).digest())
    const log = testLog([openingLeaf, ...Array.from({ length: receipts }, (_, i) => leaf(`receipt ${index} ${i}`))])
    const checkpoint = log.checkpoint(BigInt(openedMs + Math.max(epochMs, 0) + overlapMs))
    const before = images[index - 1]
    let approval: Epoch['approval'] = null
    if (before !== undefined && before !== image) {
      const migration: Migration = { from: registersOf(before), to: measured, notAfterMs: BigInt(openedMs + 1000) }
      approval = { migration, signature: await owner.signTypedData(migrationTypedData(migration)) }
    }
    const shownSize = shown === 'nothing' ? 0 : (shown ?? log.size())
    const seen = testLog(
      [openingLeaf, ...Array.from({ length: shownSize - 1 }, (_, i) => leaf(`${forked ? 'other ' : ''}receipt ${index} ${i}`))].slice(
        0,
        shownSize,
      ),
    )
    epochs.push({
      attestation,
      keyset,
      opening,
      checkpoint,
      checkpointSignature: await account.sign({ hash: hashCheckpoint(checkpoint) }),
      openingProof: log.inclusion(0),
      successionProof: index === images.length - 1 || shownSize === 0 ? [] : log.consistency(shownSize),
      approval,
    })
    previous = { origin: logName, treeSize: shownSize, rootHash: seen.root() }
  }
  return { epochs, signers, images: [...new Set(images)].map(registersOf) }
}
