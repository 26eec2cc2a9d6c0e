import type { LogGrowth } from './log-growth.ts'
import type { PartsUs } from './parts.ts'
import type { ServerKind } from './servers.ts'
import type { ServingCase } from './serving.ts'
import type { Spread } from './spread.ts'

/** Everything one run of the benchmark found. The ratios first, each the median of its rounds. */
export type BenchReport = {
  date: string
  machine: string
  /** Of the minute before the run: what else the machine was doing. */
  load_average: number
  rounds: number
  seconds_per_round: number
  /** Throughput to unsigned, digits, 32 connections. */
  attested_immediate_ratio: number
  attested_batched_ratio: number
  /** One connection. */
  added_p50_ms: number
  /** Throughput to unsigned with inputs of 600 KB, binary, signed each; 32 connections. */
  body600k_ratio: number
  /**
   * Proving time to the time of an attested answer of the same network: in one process, proven by a shared signature; there, with a run of the model shared as well; and from HTTP request to signed answer.
   * Groth16 with public weights.
   */
  groth16_ratio: number | null
  groth16_shared_run_ratio: number | null
  groth16_http_ratio: number | null
  ezkl_ratio: number | null
  ezkl_shared_run_ratio: number | null
  ezkl_http_ratio: number | null
  serving: ServingCase[]
  parts_us: PartsUs
  /** What throughput to unsigned cannot exceed, digits, 32 connections; see `ceilings`. */
  immediate_ratio_ceiling: number
  batched_ratio_ceiling: number
  model_growth: ModelGrowth
  log_growth: LogGrowth
  start_ms: Record<ServerKind, Spread>
  rss_mb: Record<ServerKind, number>
  zk: ZkReport | null
  seconds: number
}

export type ModelGrowth = { weights_bytes: number; unsigned_p50_ms: number; immediate_p50_ms: number; added_p50_ms: Spread }[]

export type ProofFigures = { prove_ms: number; verify_ms: number; proof_bytes: number; rss_mb: number }

/** An attested answer in one process, without a network. */
export type InnerAnswer = {
  /** The model alone. */
  run_ms: number
  /** Model, hashes, receipt, and its part of a signature that 32 share. */
  answer_ms: number
  /** The same with its part of one run of the model, whose 32 rows belong to those who share the signature: as the enclave serves them where rows are independent. */
  shared_run_answer_ms: number
  /** With a signature of its own. */
  signed_answer_ms: number
  verify_ms: number
}

/** What `npm run bench:zk -- --json` prints. */
export type ZkReport = {
  attested: InnerAnswer & {
    /** From request to signed answer, one connection. */
    http_ms: number
    /** Execution of the check of one receipt under a checkpoint that others share, for each after the first of a transaction, and cold. */
    receipt_gas: number
    receipt_cold_gas: number
  }
  /** `verify_gas` is null where it was not measured. */
  groth16_public?: ProofFigures & { verify_gas: number | null }
  groth16_private?: ProofFigures & { verify_gas: number | null }
  /** With the attested answer of the same network. */
  ezkl?: (ProofFigures & { attested: InnerAnswer }) | undefined
  groth16_ratio: number | null
  groth16_shared_run_ratio: number | null
  groth16_http_ratio: number | null
  ezkl_ratio: number | null
  ezkl_shared_run_ratio: number | null
  ezkl_http_ratio: number | null
}
