import { expect, test } from 'vitest'
import type { BenchReport } from './report.ts'
import { writeHtml, writeMarkdown } from './report-page.ts'
import { sides } from './serving.ts'
import { spread } from './spread.ts'

const figures = spread([1, 3, 2])
const proof = { prove_ms: 200, verify_ms: 30, proof_bytes: 720, rss_mb: 200, verify_gas: 600_000 }
const inner = { run_ms: 0.02, answer_ms: 0.04, shared_run_answer_ms: 0.025, signed_answer_ms: 0.09, verify_ms: 2 }
const report: BenchReport = {
  date: '2026-01-02',
  machine: 'A <machine> & more, 2 cores',
  load_average: 0.1,
  rounds: 3,
  seconds_per_round: 2,
  attested_immediate_ratio: 0.61,
  attested_batched_ratio: 0.91,
  added_p50_ms: 0.2,
  body600k_ratio: 0.9,
  groth16_ratio: 5000,
  groth16_shared_run_ratio: 8000,
  groth16_http_ratio: 500,
  ezkl_ratio: null,
  ezkl_shared_run_ratio: null,
  ezkl_http_ratio: null,
  serving: (['digits', 'wide', 'garment'] as const).map((model) => ({
    model,
    body_bytes: 1000,
    connections: 32,
    sides: Object.fromEntries(
      sides.map((side) => [
        side,
        {
          per_second: figures,
          p50_ms: figures,
          p99_ms: figures,
          cpu_us_per_request: figures,
          machine_cpu_us_per_request: figures,
          failures: 0,
        },
      ]),
    ),
    immediate_ratio: figures,
    batched_ratio: null,
    immediate_added_p50_ms: figures,
    batched_added_p50_ms: null,
  })),
  parts_us: { hash_input_and_output: 5, receipt_digest: 5, tree_leaf_and_node: 1.5, signature: 33.5, sha256_of_600_kb: 300 },
  immediate_ratio_ceiling: 0.66,
  batched_ratio_ceiling: 0.88,
  model_growth: [{ weights_bytes: 1e6, unsigned_p50_ms: 1, immediate_p50_ms: 2, added_p50_ms: figures }],
  log_growth: [{ receipts: 1000, batched_us: 20, proof_hashes: 10, proof_bytes: 385, verify_ms: 2, heap_mb: 30 }],
  start_ms: { plain: figures, unsigned: figures, attested: figures },
  rss_mb: { plain: 1, unsigned: 2, attested: 3 },
  zk: {
    attested: { ...inner, http_ms: 0.5, receipt_gas: 8809, receipt_cold_gas: 18_046 },
    groth16_public: proof,
    groth16_private: { ...proof, verify_gas: 700_000 },
    groth16_ratio: 5000,
    groth16_shared_run_ratio: 8000,
    groth16_http_ratio: 500,
    ezkl_ratio: null,
    ezkl_shared_run_ratio: null,
    ezkl_http_ratio: null,
  },
  seconds: 60,
}

test('the page loads nothing from anywhere, and says what was measured', () => {
  const html = writeHtml(report)
  expect(html).not.toMatch(/https?:|<script|<link|<img|url\(|@import|NaN|undefined/)
  expect(html).toContain('A &lt;machine&gt; &amp; more')
  expect(html.match(/<svg /g)).toHaveLength(6)
  expect(html.match(/<h2>/g)?.length).toBe(writeMarkdown(report).match(/^## /gm)?.length)
})

test('tables hold the median with least and greatest, and a part that was left out leaves no hole', () => {
  const text = writeMarkdown(report)
  expect(text).toContain('| digits, 32 connections | 2 (1…3) | – | 2 (1…3) | – |')
  expect(text).toContain('600,000')
  expect(text).toContain('| Groth16, digits-int, weights private | 200 |')
  expect(text).not.toMatch(/NaN|undefined|EZKL, its own/)
  expect(writeMarkdown({ ...report, zk: null, log_growth: [], model_growth: [] })).not.toMatch(/NaN|undefined|Groth16/)
})
