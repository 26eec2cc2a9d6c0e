import { publishedProofs } from './published.ts'
import type { BenchReport } from './report.ts'
import { type ServingCase, type Side, sides } from './serving.ts'
import type { Spread } from './spread.ts'

/** A table, by rows of cells. */
type Section = { title: string; text: string; head: string[]; rows: string[][]; chart?: string }

const command = '`npm run bench`'

export function writeMarkdown(report: BenchReport): string {
  const parts = sectionsOf(report).map(({ title, text, head, rows }) =>
    [
      `## ${title}`,
      text,
      [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n'),
    ].join('\n\n'),
  )
  return `# What attestation costs\n\n${intro(report)}\n\n${parts.join('\n\n')}\n`
}

/** One page, nothing loaded from anywhere. */
export function writeHtml(report: BenchReport): string {
  const body = sectionsOf(report).map(
    ({ title, text, head, rows, chart }) =>
      `<h2>${asHtml(title)}</h2><p>${inline(text)}</p>${chart ?? ''}<table><tr>${head.map((cell) => `<th>${asHtml(cell)}</th>`).join('')}</tr>${rows
        .map((row) => `<tr>${row.map((cell) => `<td>${asHtml(cell)}</td>`).join('')}</tr>`)
        .join('')}</table>`,
  )
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Nacre: what attestation costs</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c2430; background: #fff }
table { border-collapse: collapse; margin: 1rem 0; font-size: 14px } th, td { padding: .25rem .7rem; border-bottom: 1px solid #d5dbe3; text-align: right }
th:first-child, td:first-child { text-align: left } svg { max-width: 100%; height: auto; font: 12px system-ui, sans-serif } svg text { fill: #1c2430 }
code { background: #eef1f5; padding: 0 .2rem } h2 { margin-top: 2.2rem }
</style>
<h1>What attestation costs</h1>${intro(report)
    .split('\n\n')
    .map((paragraph) => `<p>${inline(paragraph)}</p>`)
    .join('')}
${body.join('\n')}
</html>
`
}

function intro(report: BenchReport): string {
  const { rounds, seconds_per_round: seconds, load_average: load } = report
  return [
    `${report.date}, ${report.machine}; load average before it began: ${load}${load > 0.5 ? ': other work shared it until shortly before, and may still have, so the absolute figures may be low' : ''}. Written by ${command}; run it again on yours.`,
    `Rounds for each side of every comparison: ${rounds}, of ${seconds} s, the sides taking turns; a ratio is taken within one round, and what stands here is the median, with least and greatest in brackets. The load comes from the same machine and shares its cores with server, model process and the host that stores the log.`,
    '**unsigned** is the baseline: the same listener, decoder, model process with the same micro-batching, and encoder, without hashes, receipt, signature and log. **immediate** gives each answer a signature of its own, **batched** a place in the log under a signature that many share. **plain** is Fastify and ONNX Runtime in one process, as anyone would write it.',
    `Throughput at 32 connections to unsigned: immediate **${report.attested_immediate_ratio}**, batched **${report.attested_batched_ratio}**; with inputs of 600 KB, immediate **${report.body600k_ratio}**. One connection: **${report.added_p50_ms} ms** more at the median.`,
  ].join('\n\n')
}

function sectionsOf(report: BenchReport): Section[] {
  return [
    ...servingSections(report),
    ratioSection(report),
    partsSection(report),
    ...(report.model_growth.length > 0 ? [modelSection(report)] : []),
    ...(report.log_growth.length > 0 ? [logSection(report)] : []),
    startSection(report),
    ...zkSections(report),
  ]
}

function servingSections({ serving }: BenchReport): Section[] {
  const head = ['connections', 'side', 'answers/s', 'p50 ms', 'p99 ms', 'CPU µs each', 'with load and host', 'failures']
  return groups(serving).map(([title, cases]) => ({
    title,
    text: `Requests of ${cases[0]?.body_bytes.toLocaleString('en')} bytes.`,
    head,
    rows: cases.flatMap(({ connections, sides: measured }) =>
      sides.flatMap((side) => {
        const figures = measured[side]
        if (figures === undefined) return []
        const { per_second, p50_ms, p99_ms, cpu_us_per_request, machine_cpu_us_per_request: machine, failures } = figures
        return [
          [
            String(connections),
            side,
            shown(per_second),
            shown(p50_ms),
            shown(p99_ms),
            shown(cpu_us_per_request),
            shown(machine),
            String(failures),
          ],
        ]
      }),
    ),
    chart: groupedBars({
      label: 'answers per second',
      groups: cases.map(({ connections }) => `${connections} conn.`),
      series: sides
        .filter((side) => cases.some((one) => one.sides[side] !== undefined))
        .map((side) => ({ name: side, values: cases.map((one) => one.sides[side]?.per_second ?? null) })),
    }),
  }))
}

function groups(serving: readonly ServingCase[]): [string, ServingCase[]][] {
  const titles: Record<string, string> = {
    digits: 'Small inputs (digits, JSON)',
    kilobyte: '1 KB with little computation (binary)',
    wide: '600 KB with almost no computation (binary)',
    garment: '600 KB of pictures (garment, 190 rows, binary)',
  }
  return Object.entries(titles).flatMap(([model, title]): [string, ServingCase[]][] => {
    const cases = serving.filter((one) => one.model === model)
    return cases.length === 0 ? [] : [[title, cases]]
  })
}

function ratioSection({ serving }: BenchReport): Section {
  return {
    title: 'Ratios to unsigned',
    text: 'Throughput, and the latency that is added at the median.',
    head: ['case', 'immediate', 'batched', 'immediate adds ms', 'batched adds ms'],
    rows: serving
      .filter(({ model }) => !model.startsWith('hidden'))
      .map((one) => [
        `${one.model}, ${one.connections} connections`,
        shown(one.immediate_ratio),
        one.batched_ratio === null ? '–' : shown(one.batched_ratio),
        shown(one.immediate_added_p50_ms),
        one.batched_added_p50_ms === null ? '–' : shown(one.batched_added_p50_ms),
      ]),
  }
}

function partsSection({ parts_us, immediate_ratio_ceiling, batched_ratio_ceiling }: BenchReport): Section {
  return {
    title: 'The floor: each part alone',
    text: `CPU time of what an attested answer has and an unsigned one has not, in a loop of its own. No serving path can add less than the sum of those it needs: next to an unsigned answer as cheap as this one, a busy machine cannot give more than **${immediate_ratio_ceiling}** of its throughput with a signature each, and **${batched_ratio_ceiling}** with one for all 32 under way, even if the text of proofs and the log cost nothing.`,
    head: ['part', 'µs'],
    rows: Object.entries(parts_us).map(([name, us]) => [name.replaceAll('_', ' '), String(us)]),
  }
}

function modelSection({ model_growth }: BenchReport): Section {
  return {
    title: 'Growth with the model',
    text: 'Two dense layers of random weights, 256 inputs, one connection: what attestation adds does not grow with the model.',
    head: ['weights', 'unsigned p50 ms', 'immediate p50 ms', 'added ms'],
    rows: model_growth.map((one) => [
      megabytes(one.weights_bytes),
      String(one.unsigned_p50_ms),
      String(one.immediate_p50_ms),
      shown(one.added_p50_ms),
    ]),
    chart: groupedBars({
      label: 'median latency, ms',
      groups: model_growth.map(({ weights_bytes }) => megabytes(weights_bytes)),
      series: [
        { name: 'unsigned', values: model_growth.map((one) => exactly(one.unsigned_p50_ms)) },
        { name: 'immediate', values: model_growth.map((one) => exactly(one.immediate_p50_ms)) },
      ],
    }),
  }
}

function logSection({ log_growth }: BenchReport): Section {
  return {
    title: 'Growth with the log',
    text: 'A batched receipt in a log of so many: CPU time of the enclave to issue and prove it (32 at a time, one process, no HTTP), and what a verifier gets and spends. A fresh receipt lies at the right edge of the tree, where paths are shorter than the tree is high.',
    head: ['receipts', 'issue µs', 'hashes in the proof', 'bytes of proof', 'verify ms', 'heap MB'],
    rows: log_growth.map((one) => [
      one.receipts.toLocaleString('en'),
      String(one.batched_us),
      String(one.proof_hashes),
      String(one.proof_bytes),
      String(one.verify_ms),
      String(one.heap_mb),
    ]),
    chart: groupedBars({
      label: 'µs to issue and prove a receipt',
      groups: log_growth.map(({ receipts }) => receipts.toLocaleString('en')),
      series: [{ name: 'batched', values: log_growth.map((one) => exactly(one.batched_us)) }],
    }),
  }
}

function startSection({ start_ms, rss_mb }: BenchReport): Section {
  return {
    title: 'Start and memory',
    text: 'From launch to the first answer, and memory after all of the above, bundled as in the enclave’s image. Unsigned and attested serve every model of this page, each in a process of its own; plain serves one, in its own process.',
    head: ['', 'start ms', 'memory MB'],
    rows: (['plain', 'unsigned', 'attested'] as const).map((kind) => [kind, shown(start_ms[kind]), String(rss_mb[kind])]),
  }
}

function zkSections({ zk }: BenchReport): Section[] {
  if (zk === null) return []
  const { attested, groth16_public, groth16_private, ezkl } = zk
  const proofs = [
    ['Groth16, digits-int, weights public', groth16_public, attested],
    ['Groth16, digits-int, weights private', groth16_private, attested],
    ['EZKL, its own 3 → 4 example', ezkl, ezkl?.attested],
  ] as const
  const rows = proofs.flatMap(([name, proof, answer]) =>
    proof === undefined || answer === undefined
      ? []
      : [
          [
            name,
            String(Math.round(proof.prove_ms)),
            String(Math.round(proof.verify_ms)),
            String(proof.proof_bytes),
            String(proof.rss_mb),
            'verify_gas' in proof && proof.verify_gas !== null ? proof.verify_gas.toLocaleString('en') : '–',
            times(proof.prove_ms / answer.run_ms),
            times(proof.prove_ms / answer.answer_ms),
            times(proof.prove_ms / answer.shared_run_answer_ms),
            times(proof.prove_ms / answer.signed_answer_ms),
            times(proof.prove_ms / attested.http_ms),
          ],
        ],
  )
  const bars = proofs.flatMap(([name, proof]) => (proof === undefined ? [] : [{ name, value: proof.prove_ms }]))
  return [
    {
      title: 'The same assurance as a proof',
      text:
        'Proof systems on the same machine, each alone in a process of its own; what stands here is the witness and the proof, for which snarkjs uses every core and EZKL’s engine one, with keys made before. ' +
        'Both provers are WebAssembly, as npm has them; native ones (rapidsnark, EZKL’s own command line) are faster, and were not measured. ' +
        'An attested answer of the same network is measured in one process on one core, bundled as in the enclave’s image: the model alone; then with both hashes, receipt, and its part of a signature that 32 share (**answer**); then with its part of one run of the model as well, whose 32 rows belong to the same 32 answers, as the enclave serves them where rows are independent (**answer of a shared run**); then with a run and a signature of its own (**signed answer**); last from HTTP request to signed answer, of digits-int for each. ' +
        'With private weights the prover alone knows them: it commits to them with Poseidon, and proves that each fits its bits. ' +
        `An attested answer of digits-int takes ${ms(attested.answer_ms)} (model alone ${ms(attested.run_ms)}, of a shared run ${ms(attested.shared_run_answer_ms)}, with its own signature ${ms(attested.signed_answer_ms)}, over HTTP ${ms(attested.http_ms)}), whoever knows the weights; ` +
        `it is verified in ${ms(attested.verify_ms)}, and on chain for ${attested.receipt_gas.toLocaleString('en')} gas of execution under a checkpoint that others share (${attested.receipt_cold_gas.toLocaleString('en')} for the first of a transaction; contracts/snapshots/coprocessor.json). ` +
        `${ezkl === undefined ? '' : `An attested answer of EZKL’s example takes ${ms(ezkl.attested.answer_ms)} (model alone ${ms(ezkl.attested.run_ms)}, of a shared run ${ms(ezkl.attested.shared_run_answer_ms)}). `}` +
        'What a proof needs no trust for, an attestation trusts the hardware for: the two do not promise the same.',
      head: [
        'proof',
        'prove ms',
        'verify ms',
        'bytes as JSON',
        'memory MB',
        'gas to verify',
        '÷ model alone',
        '÷ answer',
        '÷ answer of a shared run',
        '÷ signed answer',
        '÷ HTTP answer',
      ],
      rows,
      chart: logBars('milliseconds, logarithmic', [
        { name: 'attested answer of a shared run', value: attested.shared_run_answer_ms },
        { name: 'attested answer', value: attested.answer_ms },
        { name: 'signed answer', value: attested.signed_answer_ms },
        { name: 'signed answer over HTTP', value: attested.http_ms },
        ...bars,
      ]),
    },
    {
      title: 'Published by others, not measured here',
      text: 'Other machines, other models: for orders of magnitude only.',
      head: ['system', 'what', 'figure', 'source'],
      rows: publishedProofs.map(({ system, what, figure, source }) => [system, what, figure, source]),
    },
  ]
}

function times(ratio: number): string {
  return `${Math.round(ratio).toLocaleString('en')} ×`
}

function ms(value: number): string {
  return value < 1 ? `${Math.round(value * 1000)} µs` : `${value} ms`
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} KB` : `${Math.round(bytes / 1e6)} MB`
}

function shown({ median, min, max }: Spread): string {
  return min === max ? String(median) : `${median} (${min}…${max})`
}

const exactly = (value: number): Spread => ({ median: value, min: value, max: value })

const colours: Record<Side, string> = { plain: '#9aa5b4', unsigned: '#5b7083', immediate: '#d07a2d', batched: '#1f7a6d' }

/** With a thin line from least to greatest over each bar. */
function groupedBars(parts: { label: string; groups: string[]; series: { name: Side; values: (Spread | null)[] }[] }): string {
  const { label, groups: names, series } = parts
  const most = Math.max(...series.flatMap(({ values }) => values.map((value) => value?.max ?? 0)))
  const [width, height, left, bottom] = [860, 260, 10, 30]
  const groupWidth = (width - left) / names.length
  const barWidth = Math.min(48, (groupWidth * 0.8) / series.length)
  const y = (value: number) => 40 + (height - bottom - 40) * (1 - value / most)
  const bars = series.flatMap(({ name, values }, index) =>
    values.map((value, group) => {
      if (value === null) return ''
      const x = left + group * groupWidth + (groupWidth - barWidth * series.length) / 2 + index * barWidth
      const centre = x + barWidth / 2
      return `<rect x="${x + 2}" y="${y(value.median)}" width="${barWidth - 4}" height="${y(0) - y(value.median)}" fill="${colours[name]}"/><path d="M${centre} ${y(value.min)}V${y(value.max)}" stroke="#1c2430"/><text x="${centre}" y="${y(value.max) - 4}" text-anchor="middle">${value.median}</text>`
    }),
  )
  const legend = series.map(
    ({ name }, index) =>
      `<rect x="${left + 190 + index * 110}" y="4" width="12" height="12" fill="${colours[name]}"/><text x="${left + 207 + index * 110}" y="14">${name}</text>`,
  )
  const labels = names.map(
    (name, group) => `<text x="${left + (group + 0.5) * groupWidth}" y="${height - 10}" text-anchor="middle">${asHtml(name)}</text>`,
  )
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${asHtml(label)}"><text x="${left}" y="14">${asHtml(label)}</text>${legend.join('')}${bars.join('')}<path d="M${left} ${y(0)}H${width}" stroke="#9aa5b4"/>${labels.join('')}</svg>`
}

function logBars(label: string, bars: { name: string; value: number }[]): string {
  const least = Math.floor(Math.log10(Math.min(...bars.map(({ value }) => value))))
  const most = Math.ceil(Math.log10(Math.max(...bars.map(({ value }) => value))))
  const [width, rowHeight, left] = [860, 26, 260]
  const x = (value: number) => left + ((width - left - 80) * (Math.log10(value) - least)) / (most - least)
  const height = 26 + rowHeight * bars.length
  const rows = bars.map(
    ({ name, value }, row) =>
      `<text x="${left - 8}" y="${26 + row * rowHeight + 15}" text-anchor="end">${asHtml(name)}</text><rect x="${left}" y="${26 + row * rowHeight}" width="${x(value) - left}" height="18" fill="${name.includes('answer') ? colours.batched : colours.plain}"/><text x="${x(value) + 5}" y="${26 + row * rowHeight + 14}">${Number(value.toPrecision(3))}</text>`,
  )
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${asHtml(label)}"><text x="${left}" y="14">${asHtml(label)}</text>${rows.join('')}</svg>`
}

function asHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** The two marks of Markdown that the texts here use. */
function inline(text: string): string {
  return asHtml(text)
    .replace(/\*\*([^*]+)\*\*/g, '<b>$1</b>')
    .replace(/`([^`]+)`/g, '<code>$1</code>')
}
