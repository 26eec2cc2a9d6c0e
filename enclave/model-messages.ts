import type { OnnxManifest, ProgramManifest } from '@nacre/verifier/manifest'
import type { Datatype } from '@nacre/verifier/tensor'
import type { EnclaveErrorCode } from './errors.ts'

/** What the server and a model's process say to each other over the IPC channel (structured clone, so bytes travel as bytes). Large tensors lie in memory that both have, and the message says where. */
export type ToWorker =
  /** Without a path, the weights come on the pipe {@link weightsFd}. */
  { type: 'load'; manifest: OnnxManifest; weightsPath: string | null; outputBytesMax: number; memory: WireMemory | null } | ToRun

export type FromWorker =
  | { type: 'loaded' }
  | { type: 'refused'; code: EnclaveErrorCode; message: string; expected?: string | undefined; received?: string | undefined }
  | { type: 'result'; id: number; outputs: readonly SentTensor[] }
  | { type: 'failed'; id: number; code: EnclaveErrorCode }
  /** The memory cannot be mapped: this run, and all that follow, must come by message. */
  | { type: 'unmapped'; id: number }

type ToRun = { type: 'run'; id: number; inputs: readonly SentTensor[]; outputNames: readonly string[] }

/** A pipe from the server, open while sealed weights are loaded: they are written to no disk. */
export const weightsFd = 4

/** The two pieces of memory that a process may share with the server (tensor-memory.ts). */
export const inputsFd = 5
export const outputsFd = 6
export type WireMemory = { inputsBytes: number; outputsBytes: number }

/** Within the piece for inputs, or that for outputs. */
export type Place = { readonly at: number; readonly bytes: number }

/** Tensors with less data than this travel in the message, where so little costs nothing. */
export const sharedBytesMin = 16 * 1024

/** A tensor whose dimensions are plain numbers, as ONNX Runtime takes them. */
export type WireTensor = { name: string; datatype: Datatype; shape: readonly number[]; data: Uint8Array }

export type SentTensor = Omit<WireTensor, 'data'> & { data: Uint8Array | Place }

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
      memory: WireMemory | null
    }
  | ToRun
  /** Nobody waits for this run any more; it is answered all the same, mostly with `failed`. */
  | { type: 'cancel'; id: number }

export type FromProgramWorker = FromWorker | { type: 'chunk'; id: number; data: Uint8Array }
