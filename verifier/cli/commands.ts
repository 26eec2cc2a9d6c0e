import type { Command } from 'commander'
import { addAttestationInspect } from './attestation-inspect.ts'
import { addAttestationVerify } from './attestation-verify.ts'
import { addBundleInspect } from './bundle-inspect.ts'
import { addBundleVerify } from './bundle-verify.ts'
import { addHistoryVerify } from './history-verify.ts'
import { addInfer } from './infer.ts'
import { twoOnMisuse } from './misuse.ts'
import { addOpeningMake } from './opening-make.ts'
import { addOpeningVerify } from './opening-verify.ts'
import { addProxy } from './proxy.ts'
import { addReceiptVerify } from './receipt-verify.ts'
import { processTerminal, type Terminal } from './terminal.ts'

/**
 * Adds what a verifier does to a command line: `attestation verify|inspect`, `receipt verify`, `opening make|verify`, `bundle verify|inspect`, `history verify`, `infer` and `proxy`.
 *
 * Exit code 0 only when everything was verified, 1 when the verifier refused, 2 when there is no verdict (usage, unreadable input, an endpoint that cannot be asked). With `--json`, stdout
 * holds one JSON object `{ok, checks, …}` in all three cases.
 */
export function registerVerifierCommands(program: Command, terminal: Terminal = processTerminal): void {
  const group = (name: string, description: string) => twoOnMisuse(program.command(name).description(description), terminal)
  const attestation = group('attestation', 'Nitro attestation documents')
  addAttestationVerify(attestation, terminal)
  addAttestationInspect(attestation, terminal)
  addReceiptVerify(group('receipt', 'Signed receipts'), terminal)
  const opening = group('opening', 'Openings: one value of a salted answer, and nothing of the others')
  addOpeningMake(opening, terminal)
  addOpeningVerify(opening, terminal)
  const bundle = group('bundle', 'Bundles: all evidence for one answer in one file')
  addBundleVerify(bundle, terminal)
  addBundleInspect(bundle, terminal)
  addHistoryVerify(group('history', 'Key epochs: who an enclave was before'), terminal)
  twoOnMisuse(addInfer(program, terminal), terminal)
  twoOnMisuse(addProxy(program, terminal), terminal)
}
