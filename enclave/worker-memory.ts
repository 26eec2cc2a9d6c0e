import { inputsFd, outputsFd, type Place, type SentTensor, sharedBytesMin, type WireMemory, type WireTensor } from './model-messages.ts'

/** A model's process's side of the memory that it shares with the server (tensor-memory.ts). */
export type WorkerMemory = {
  /** Views where the data lie there: only for reading, a write ends the process. @throws {@link UnmappedMemory} */
  receive(tensors: readonly SentTensor[]): Promise<readonly WireTensor[]>
  /** Large data are laid there, over those of the run before. */
  give(tensors: readonly WireTensor[]): Promise<readonly SentTensor[]>
}

export class UnmappedMemory extends Error {}

/** @param wire `null`: there is none */
export function openWorkerMemory(wire: WireMemory | null): WorkerMemory {
  let mapped: Promise<{ inputs: Uint8Array; outputs: Uint8Array }> | undefined
  /** At the first tensor that lies there: many a model never sees one, and what maps it takes time to load. */
  const map = (sizes: WireMemory) => {
    mapped ??= import('./shared-memory.ts').then(async ({ openSharedMemory }) => {
      const shared = await openSharedMemory()
      return { inputs: shared.map(inputsFd, sizes.inputsBytes, 'read'), outputs: shared.map(outputsFd, sizes.outputsBytes, 'write') }
    })
    return mapped
  }

  return {
    async receive(tensors) {
      if (tensors.every(isInline)) return tensors
      if (wire === null) throw new UnmappedMemory()
      const { inputs } = await map(wire).catch(() => {
        throw new UnmappedMemory()
      })
      return tensors.map((tensor) => (isInline(tensor) ? tensor : { ...tensor, data: at(inputs, tensor.data as Place) }))
    },
    async give(tensors) {
      if (wire === null || tensors.every(({ data }) => data.length < sharedBytesMin)) return tensors
      const outputs = await map(wire).then(
        (both) => both.outputs,
        () => new Uint8Array(),
      )
      let next = 0
      return tensors.map((tensor) => {
        const bytes = tensor.data.length
        if (bytes < sharedBytesMin || bytes > outputs.length - next) return tensor
        const place = { at: next, bytes }
        outputs.set(tensor.data, next)
        next += bytes
        return { ...tensor, data: place }
      })
    },
  }
}

function isInline(tensor: SentTensor): tensor is WireTensor {
  return tensor.data instanceof Uint8Array
}

function at(memory: Uint8Array, { at, bytes }: Place): Uint8Array {
  return memory.subarray(at, at + bytes)
}
