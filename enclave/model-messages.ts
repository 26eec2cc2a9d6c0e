import type { OnnxManifest, ProgramManifest } from '@nacre/verifier/manifest'
import type { Datatype } from '@nacre/verifier/tensor'
import type { EnclaveErrorCode } from './errors.ts'

/** What the server and a model's process say to each other over the IPC channel (structured clone, so bytes travel as bytes). */
export type ToWorker =
  /** Without a path, the weights come on the pipe {@link weightsFd}. */
  | { type: 'load'; manifest: OnnxManifest; weightsPath: string | null; outputBytesMax: number }
  | { type: 'run'; id: number; inputs: readonly WireTensor[]; outputNames: readonly string[] }

export type FromWorker =
  | { type: 'loaded' }
  | { type: 'refused'; code: EnclaveErrorCode; message: string; expected?: string | undefined; received?: string | undefined }
  | { type: 'result'; id: number; outputs: readonly WireTensor[] }
  | { type: 'failed'; id: number; code: EnclaveErrorCode }

/** A pipe from the server, open while sealed weights are loaded: they are written to no disk. */
export const weightsFd = 4

/** A tensor whose dimensions are plain numbers, as ONNX Runtime takes them. */
export type WireTensor = { name: string; datatype: Datatype; shape: readonly number[]; data: Uint8Array }

/** To and from a program's process, which works on several requests at once. */
export type ToProgramWorker =
  /** Without paths, all parts come on the pipe {@link weightsFd}: the stages' weights, then the files, in this order. */
  | {
      type: 'load'
      manifest: ProgramManifest
      stages: readonly { role: string; manifest: OnnxManifest; weightsPath: string | null }[]
      files: readonly { name: string; path: string | null }[]
      outputBytesMax: number
      stageBytesMax: number
    }
  | { type: 'run'; id: number; inputs: readonly WireTensor[]; outputNames: readonly string[] }
  /** Nobody waits for this run any more; it is answered all the same, mostly with `failed`. */
  | { type: 'cancel'; id: number }

export type FromProgramWorker = FromWorker | { type: 'chunk'; id: number; data: Uint8Array }
