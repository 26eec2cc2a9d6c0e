/** How an enclave serves, where its operator wants other than its own defaults. Part of its command line, and so of its measurement. */
export type ServingOptions = {
  /** How long batched answers wait for others, in milliseconds. */
  batchMs?: number | undefined
  /** Of each model; `auto` is as many as the cores but one have room for. */
  modelProcesses?: number | 'auto' | undefined
}

export function servingArguments({ batchMs, modelProcesses }: ServingOptions): string[] {
  return [
    ...(batchMs === undefined ? [] : ['--batch-ms', String(batchMs)]),
    ...(modelProcesses === undefined ? [] : ['--model-processes', String(modelProcesses)]),
  ]
}
