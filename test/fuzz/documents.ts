import { fork } from 'node:child_process'
import { randomInt, verify, X509Certificate } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type AttestationDocument, verifyAttestation } from '@nacre/verifier/attestation'
import { awsNitroRootG1 } from '@nacre/verifier/aws-root'
import { concatBytes, equalBytes, toHex, utf8 } from '@nacre/verifier/bytes'
import type { Certificate } from '@nacre/verifier/certificate'
import { createChainCache } from '@nacre/verifier/chain'
import { VerifierError } from '@nacre/verifier/errors'
import * as cbor from '../support/cbor-writer.ts'
import * as der from '../support/der-writer.ts'
import { makeDocument, sigStructure, tagged } from '../support/document.ts'
import { ecdsaWithSha384, makeChain, p384Order, scalar, signP384, type TestChain, type TestKey, testKey } from '../support/pki.ts'
import { nitroVectors, readVector } from '../support/public-vectors.ts'
import {
  bytewise,
  children,
  type Draw,
  drawFrom,
  editDer,
  envelope,
  join,
  joinPayload,
  type Parts,
  stringContent,
  structural,
  takeApart,
} from './mutations.ts'

/**
 * Mutates attestation documents and looks for three things: one that is accepted though it is not (equivalent to) a genuine one, an error that is not a `VerifierError`, and a document that
 * takes long. Documents of the test PKI are also signed again after the edit, certificates included, so that code behind the signatures is reached; what is accepted then must be
 * accepted by a second opinion too: OpenSSL on the certificates and signatures, and a parser of the fuzzer's own on the fields.
 *
 *     npm run fuzz -- --seed 7 --count 100000 --seconds 600 --json
 */
export type FuzzOptions = {
  seed: number
  count: number
  secondsMax: number
  /** A document that takes longer is a finding. */
  documentMsMax?: number
  /** Called now and then with the index of the next document. */
  onProgress?: (index: number) => void
}
export type Finding = {
  kind: 'accepted' | 'crash' | 'slow'
  index: number
  base: string
  edits: string[]
  detail: string
  document: string
}
export type FuzzReport = {
  seed: number
  documents: number
  seconds: number
  bases: number
  /** Bytes other than a base's, but its signed content and a valid signature: tag 18 put on or off, `s` negated. */
  equivalent: number
  /** Signed again after an edit that keeps a document valid (another order, other field values); confirmed by the second opinion. */
  resignedValid: number
  unchanged: number
  refused: Record<string, number>
  slowestMs: number
  findings: Finding[]
}

export type Base = { name: string; document: Uint8Array; root: Certificate; chain: TestChain | null }

export async function fuzzDocuments(options: FuzzOptions): Promise<FuzzReport> {
  const { seed, count, secondsMax, documentMsMax = 2000 } = options
  const bases = makeBases()
  const report: FuzzReport = {
    seed,
    documents: 0,
    seconds: 0,
    bases: bases.length,
    equivalent: 0,
    resignedValid: 0,
    unchanged: 0,
    refused: {},
    slowestMs: 0,
    findings: [],
  }
  const chainCache = createChainCache(256)
  const begunMs = performance.now()
  for (let index = 0; index < count && performance.now() - begunMs < secondsMax * 1000; index++) {
    if (index % 100 === 0) options.onProgress?.(index)
    const draw = drawFrom(seed * 1_000_003 + index)
    const base = draw.pick(bases)
    const { document, edits, resigned } = mutate(base, draw.pick(bases), draw)
    const found = (kind: Finding['kind'], detail: string) =>
      report.findings.push({ kind, index, base: base.name, edits, detail, document: toHex(document) })
    const startedMs = performance.now()
    try {
      const accepted = await verifyAttestation({
        attestation: document,
        root: base.root,
        time: { mode: 'document' },
        chainCache: draw.below(4) === 0 ? undefined : chainCache,
      })
      const why = whyAccepted({ document, accepted, resigned, root: base.root, bases })
      if ('doubt' in why) found('accepted', why.doubt)
      else report[why.kind]++
    } catch (error) {
      if (error instanceof VerifierError) report.refused[error.code] = (report.refused[error.code] ?? 0) + 1
      else found('crash', error instanceof Error ? `${error.stack}` : String(error))
    }
    const tookMs = performance.now() - startedMs
    report.slowestMs = Math.max(report.slowestMs, tookMs)
    if (tookMs > documentMsMax) found('slow', `${Math.round(tookMs)} ms`)
    report.documents++
  }
  report.seconds = (performance.now() - begunMs) / 1000
  return report
}

export function makeBases(): Base[] {
  const real = nitroVectors()
    .filter(({ kind }) => kind === 'real-enclave')
    .map(({ file }) => ({ name: file, document: readVector(`nitro/${file}`), root: awsNitroRootG1, chain: null }))
  const chain = makeChain()
  const short = makeChain({ depth: 1 })
  const own: Base[] = [
    { name: 'own', document: makeDocument({ chain }), root: chain.root, chain },
    {
      name: 'own, every field, tagged',
      document: tagged(makeDocument({ chain, publicKey: utf8('key'), userData: utf8('data'), nonce: utf8('nonce') })),
      root: chain.root,
      chain,
    },
    {
      name: 'own, indefinite',
      document: makeDocument({ chain, indefinite: true, userData: new Uint8Array(1024) }),
      root: chain.root,
      chain,
    },
    { name: 'own, two certificates', document: makeDocument({ chain: short }), root: short.root, chain: short },
  ]
  // As many of ours as of theirs, so that half of the work reaches behind the signatures.
  return [...real, ...Array.from({ length: Math.max(4, real.length) }, (_, index) => own[index % own.length] as Base)]
}

export type Mutated = { document: Uint8Array; edits: string[]; resigned: boolean }

export function mutate(base: Base, other: Base, draw: Draw): Mutated {
  const edits: string[] = []
  const parts = takeApart(base.document)
  const theirs = takeApart(other.document)
  const choose = <edit>(edit: { readonly [name: string]: edit }): edit => {
    const name = draw.pick(Object.keys(edit))
    edits.push(name)
    return edit[name] as edit
  }
  const way = draw.below(base.chain === null ? 4 : 8)
  if (way === 0) {
    let document = base.document
    for (let i = 0; i <= draw.below(3); i++) document = document.length === 0 ? document : choose(bytewise)(document, draw, other.document)
    return { document, edits, resigned: false }
  }
  if (way === 1) {
    for (let i = 0; i <= draw.below(2); i++) choose(envelope)(parts, draw, theirs)
    return { document: join(parts), edits, resigned: false }
  }
  if (way === 2 || way >= 4)
    for (let i = 0; i <= draw.below(way === 2 ? 3 : 2); i++)
      if (parts.entries.length > 0 && (way === 2 || way < 6)) choose(structural)(parts, draw, theirs)
  if (way === 3 || way >= 6) editCertificate(parts, base.chain, way >= 6, draw, edits)
  if (way < 4) return { document: withPayload(parts, null), edits, resigned: false }
  const document = withPayload(parts, (base.chain as TestChain).leafKey)
  // Broken again after signing, now and then: both at once.
  if (draw.below(16) === 0) return { document: choose(bytewise)(document, draw, other.document), edits, resigned: true }
  return { document, edits, resigned: true }
}

/** Joins the payload again, and signs it when there is a key. */
function withPayload(parts: Parts, key: TestKey | null): Uint8Array {
  const payload = joinPayload(parts)
  parts.items[2] = cbor.bstr(payload)
  if (key !== null) parts.items[3] = cbor.bstr(signP384(key, sigStructure(stringContent(parts.items[0]), payload)))
  return join(parts)
}

/** Edits one certificate of the path, and signs it again by its issuer when it is one of ours. */
function editCertificate(parts: Parts, chain: TestChain | null, resign: boolean, draw: Draw, edits: string[]): void {
  const find = (name: string) => parts.entries.find(([key]) => equalBytes(stringContent(key), utf8(name))) as [Uint8Array, Uint8Array]
  const leaf = find('certificate')
  const bundle = find('cabundle')
  const path = [...children(bundle[1], 0), leaf[1]].map(stringContent)
  const at = draw.below(4) === 0 ? draw.below(path.length) : path.length - 1
  edits.push(`certificate ${at} of ${path.length}`)
  const { certificate, tbs } = editDer(path[at] as Uint8Array, draw, !resign)
  path[at] = certificate
  if (resign && chain !== null) {
    const issuers = ['a root', 'a region', 'a zone', 'a instance']
    const issuer = testKey(issuers[Math.max(0, at - 1)] as string)
    const raw = signP384(issuer, tbs)
    path[at] = der.sequence(tbs, ecdsaWithSha384, der.bits(der.ecdsaSignature(raw)))
  }
  leaf[1] = cbor.bstr(path[path.length - 1] as Uint8Array)
  bundle[1] = cbor.array(...path.slice(0, -1).map(cbor.bstr))
}

/** By what right a document was accepted; without one, what speaks against it. */
export type Acceptance = { kind: 'unchanged' | 'equivalent' | 'resignedValid' } | { doubt: string }

export function whyAccepted(parameters: {
  document: Uint8Array
  accepted: AttestationDocument
  resigned: boolean
  root: Certificate
  bases: readonly Base[]
}): Acceptance {
  const { document, accepted, resigned, root, bases } = parameters
  if (bases.some((base) => equalBytes(base.document, document))) return { kind: 'unchanged' }
  const same = identity(document)
  if (bases.some((base) => identity(base.document) === same)) return { kind: 'equivalent' }
  if (!resigned) return { doubt: 'bytes that nobody signed' }
  const doubt = secondOpinion(document, accepted, root)
  return doubt === null ? { kind: 'resignedValid' } : { doubt }
}

/** Equal for documents that differ in tag 18 and in the half of `s` only. */
function identity(document: Uint8Array): string {
  const untagged = document[0] === 0xd2 ? document.subarray(1) : document
  const s = BigInt(toHex(untagged.subarray(-48)))
  const lower = s > p384Order / 2n && s < p384Order ? p384Order - s : s
  return toHex(concatBytes(untagged.subarray(0, -48), scalar(lower)))
}

/** What speaks against a document that was accepted, by other code than the verifier's; `null` when nothing does. */
function secondOpinion(document: Uint8Array, accepted: AttestationDocument, root: Certificate): string | null {
  const parts = takeApart(document)
  const fields = new Map(parts.entries.map(([key, value]) => [new TextDecoder().decode(stringContent(key)), value]))
  if (fields.size !== parts.entries.length) return 'a field twice'
  const field = (name: string) => stringContent(fields.get(name) ?? cbor.bstr(new Uint8Array(0)))
  if (new TextDecoder().decode(field('module_id')) !== accepted.moduleId) return 'module_id reads differently'
  const registers = children(fields.get('pcrs') as Uint8Array, 0)
  if (registers.length !== 2 * accepted.pcrs.size) return 'a register twice'
  for (const [name, value] of [
    ['user_data', accepted.userData],
    ['nonce', accepted.nonce],
    ['public_key', accepted.publicKey],
  ] as const)
    if (value !== null && !equalBytes(field(name), value)) return `${name} reads differently`
  try {
    const path = [...children(fields.get('cabundle') as Uint8Array, 0).map(stringContent), field('certificate')].map(
      (bytes) => new X509Certificate(Uint8Array.from(bytes)),
    )
    if (!equalBytes(new Uint8Array((path[0] as X509Certificate).raw), root.der)) return 'begins at another root'
    for (const [index, certificate] of path.entries()) {
      const issuer = path[Math.max(0, index - 1)] as X509Certificate
      if (!certificate.verify(issuer.publicKey)) return `OpenSSL: certificate ${index} is not signed by the one before it`
      if (certificate.issuer !== issuer.subject) return `OpenSSL: certificate ${index} names another issuer`
      if (certificate.ca !== index < path.length - 1) return `OpenSSL: certificate ${index} is${certificate.ca ? '' : ' not'} a CA`
      if (Date.parse(certificate.validFrom) > accepted.timestampMs || Date.parse(certificate.validTo) + 999 < accepted.timestampMs)
        return `OpenSSL: certificate ${index} is not valid at the time of the document`
    }
    const leaf = path[path.length - 1] as X509Certificate
    const structure = sigStructure(stringContent(parts.items[0]), stringContent(parts.items[2]))
    if (!verify('sha384', structure, { key: leaf.publicKey, dsaEncoding: 'ieee-p1363' }, stringContent(parts.items[3])))
      return 'OpenSSL: the leaf did not sign the document'
  } catch (error) {
    return `OpenSSL: ${String(error)}`
  }
  return null
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      count: { type: 'string', default: '100000' },
      seconds: { type: 'string', default: '900' },
      json: { type: 'boolean', default: false },
    },
  })
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed)
  if (process.send === undefined) return watch(seed)
  const onProgress = (index: number) => process.send?.({ index })
  const report = await fuzzDocuments({ seed, count: Number(values.count), secondsMax: Number(values.seconds), onProgress })
  if (values.json) console.log(JSON.stringify(report))
  else {
    const refused = Object.entries(report.refused).sort(([, a], [, b]) => b - a)
    console.log(
      `seed ${seed}: ${report.documents} documents from ${report.bases} bases in ${report.seconds.toFixed(1)} s, slowest ${report.slowestMs.toFixed(1)} ms`,
    )
    console.log(`unchanged ${report.unchanged}, equivalent ${report.equivalent}, signed again and valid ${report.resignedValid}`)
    for (const [code, times] of refused) console.log(`${String(times).padStart(8)} ${code}`)
    for (const finding of report.findings) console.log(`FINDING ${JSON.stringify(finding)}`)
    console.log(report.findings.length === 0 ? 'no findings' : `${report.findings.length} findings`)
  }
  process.exitCode = report.findings.length === 0 ? 0 : 1
  process.disconnect()
}

/** Runs the work in a child and watches it from outside: a loop without end cannot report itself. */
function watch(seed: number): void {
  const stallMsMax = 30_000
  const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--seed', String(seed)])
  let index = 0
  const stalled = () => {
    console.log(`FINDING no progress for ${stallMsMax} ms after document ${index} of seed ${seed}`)
    child.kill('SIGKILL')
    process.exitCode = 1
  }
  let timer = setTimeout(stalled, stallMsMax)
  child.on('message', (message: { index: number }) => {
    index = message.index
    clearTimeout(timer)
    timer = setTimeout(stalled, stallMsMax)
  })
  child.on('exit', (code) => {
    clearTimeout(timer)
    process.exitCode = code ?? 1
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
