import type { OnnxManifest, RuntimeProfile, TensorSpec } from '@nacre/verifier/manifest'
import type { Datatype } from '@nacre/verifier/tensor'
import type { ReplayErrorCode } from './replay-error.ts'

/** What a replay and its engine's process say to each other over the IPC channel (structured clone, so bytes travel as bytes). */
export type ToReplayWorker =
  | {
      type: 'load'
      engine: 'native' | 'wasm'
      weights: OnnxManifest['weights']
      runtime: Omit<RuntimeProfile, 'engine' | 'version'>
      weightsPath: string
    }
  | { type: 'run'; id: number; inputs: readonly ReplayTensor[]; outputNames: readonly string[] }

export type FromReplayWorker =
  | { type: 'loaded'; version: string; inputs: TensorSpec[]; outputs: TensorSpec[] }
  | { type: 'refused'; code: ReplayErrorCode; message: string; expected?: string | undefined; received?: string | undefined }
  | { type: 'result'; id: number; outputs: readonly ReplayTensor[] }
  | { type: 'failed'; id: number; message: string }

export type ReplayTensor = { name: string; datatype: Datatype; shape: readonly number[]; data: Uint8Array }
