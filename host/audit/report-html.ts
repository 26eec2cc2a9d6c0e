import type { AuditReport, SampleResult } from './audit.ts'

/** The report as one page that needs nothing else: no scripts, no fonts, no network; light, dark and on paper. */
export function reportHtml(report: AuditReport, made: { atMs: number; durationMs: number }): string {
  const { log, enclave, sample, findings } = report
  const title = `Audit of ${log.origin}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${htmlText(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${htmlText(title)}</h1>
<p class="verdict ${report.ok ? 'good' : 'bad'}">${htmlText(auditVerdict(report))}</p>
<p class="quiet">${iso(made.atMs)}, in ${(made.durationMs / 1000).toFixed(1)} s, from ${htmlText(log.source)}</p>

<section>
<h2>What was checked</h2>
${table([
  ['Enclave', `document of ${iso(enclave.documentTimeMs)}, receipt key ${enclave.signer}`],
  ...Object.entries(enclave.pcrs).map(([name, value]) => [name.toUpperCase(), value ?? 'absent'] as const),
  ['Checkpoint', `${count(log.treeSize)} leaves at ${iso(log.timestampMs)}, signed by receipt key and log key`],
  ['Root', log.rootHash],
  [
    'Witnesses',
    report.witnesses.length === 0
      ? 'none asked for'
      : report.witnesses.map(({ name, timestampMs }) => `${name} (${iso(timestampMs)})`).join(', '),
  ],
  ['Opening', openingText(report)],
  ['Entries', `${count(report.entries)} of ${count(log.treeSize)}, hashed up to the root`],
  [
    'Receipts',
    `${count(report.receipts)}, ${count(report.signed)} with signatures of their own, numbered without gaps unless a finding says otherwise`,
  ],
  ['Between', report.firstMs === null || report.lastMs === null ? 'no receipts' : `${iso(report.firstMs)} and ${iso(report.lastMs)}`],
  ['Repeated request ids', count(report.repeatedRequests)],
])}
</section>

<section>
<h2>Findings</h2>
${
  findings.length === 0
    ? '<p>None.</p>'
    : `<div class="wide"><table><thead><tr><th>Code</th><th>Entry</th><th>What</th></tr></thead><tbody>
${findings
  .slice(0, rowsMax)
  .map(({ code, index, text }) => `<tr><td><code>${htmlText(code)}</code></td><td>${index ?? ''}</td><td>${htmlText(text)}</td></tr>`)
  .join('\n')}
</tbody></table></div>${findings.length > rowsMax ? `<p>… and ${count(findings.length - rowsMax)} more in the JSON.</p>` : ''}`
}
</section>

<section>
<h2>Receipts over time</h2>
${timelinePlot(report)}
</section>

<section>
<h2>Models</h2>
${report.byModel.length === 0 ? '<p>No receipts.</p>' : table(report.byModel.map(({ modelId, name, count: receipts }) => [name ?? 'not given', `${count(receipts)} receipts of ${modelId}`]))}
</section>

<section>
<h2>Answers computed again</h2>
<p>${htmlText(sampleText(report))}</p>
${sample.results.length === 0 ? '' : `${positionPlot(report)}${ulpPlot(sample.results)}${sampleTable(report)}`}
<p class="quiet">Seed ${sample.seed}: SHA-256 of <code>nacre/audit/1</code>, a zero byte, the root, the size in 8 bytes and the beacon ${sample.beacon}. Whoever has root and beacon draws the same receipts.</p>
</section>

<section>
<h2>What this does not show</h2>
<ul>
<li>That the log was shown to everyone alike, unless witnesses signed it: keep its checkpoint, and give it to the next audit.</li>
<li>Answers of other enclaves and of earlier logs: each key has a log of its own.</li>
<li>That a model is right, or that answers outside the sample are bit for bit what the model gives: of ${count(sample.population)} receipts, ${count(sample.results.length)} were drawn.</li>
</ul>
</section>
</main>
</body>
</html>
`
}

/** One sentence. */
export function auditVerdict({ ok, findings, receipts, sample }: AuditReport): string {
  const again = tally(sample.results)
  if (!ok)
    return `${count(findings.length)} ${findings.length === 1 ? 'finding' : 'findings'}: ${[...new Set(findings.map(({ code }) => code))].join(', ')}.`
  const computed = again['bit-equal'] + again['within-tolerance']
  const replayed = computed === 0 ? '' : `; ${count(computed)} answers computed again, ${count(again['bit-equal'])} to the bit`
  // The attack: an operator who keeps back the tensors of exactly those answers that do not hold.
  const withheld =
    again['not-kept'] === 0
      ? ''
      : `; of ${count(sample.results.length)} drawn, ${count(again['not-kept'])} could not be: their tensors are not kept`
  return `Whole: ${count(receipts)} receipts, each proven${replayed}${withheld}.`
}

function tally(results: readonly SampleResult[]): Record<SampleResult['verdict'], number> {
  const counts = { 'bit-equal': 0, 'within-tolerance': 0, mismatch: 0, 'not-kept': 0, failed: 0 }
  for (const { verdict } of results) counts[verdict]++
  return counts
}

export function sampleText({ sample }: AuditReport): string {
  const { population, results } = sample
  if (population === 0) return 'No model was given whose receipts are in the log: nothing was computed again.'
  const counts = Object.entries(tally(results)).filter(([, number]) => number > 0)
  return `${count(results.length)} of ${count(population)} receipts of the models given: ${counts.map(([verdict, number]) => `${count(number)} ${verdict}`).join(', ') || 'none drawn'}.`
}

function openingText({ opening }: AuditReport): string {
  if (opening === null) return 'not there'
  const previous = opening.previous
  return `${iso(opening.timestampMs)}, ${previous === null ? 'shown no log before it' : `after ${previous.origin} at ${count(previous.treeSize)} leaves, as its host said`}`
}

function timelinePlot({ timeline, firstMs, lastMs }: AuditReport): string {
  if (firstMs === null || lastMs === null) return '<p>No receipts.</p>'
  return figure(
    bars(timeline.map(({ count: receipts }) => receipts)),
    [iso(firstMs), iso(lastMs)],
    `Number of receipts in ${timeline.length} equal spans; the highest has ${count(Math.max(...timeline.map(({ count: receipts }) => receipts)))}.`,
  )
}

/** Where in the log the sample lies, and where the findings are. */
function positionPlot({ log, sample, findings }: AuditReport): string {
  const x = (index: number) => ((index + 0.5) / Math.max(1, log.treeSize)) * plotWidth
  const line = (index: number, kind: string) =>
    `<line class="${kind}" x1="${x(index).toFixed(1)}" x2="${x(index).toFixed(1)}" y1="0" y2="40"/>`
  const drawn = sample.results
    .slice(0, marksMax)
    .map(({ index, verdict }) => line(index, verdict === 'mismatch' || verdict === 'failed' ? 'mark-bad' : 'mark'))
  const found = findings.slice(0, marksMax).flatMap(({ index }) => (index === undefined ? [] : [line(index, 'mark-bad')]))
  return figure(
    `<svg viewBox="0 0 ${plotWidth} 40" role="img" aria-label="Positions of the sample in the log" preserveAspectRatio="none"><rect class="ground" width="${plotWidth}" height="40"/>${drawn.join('')}${found.join('')}</svg>`,
    ['entry 0', `entry ${count(Math.max(0, log.treeSize - 1))}`],
    'Receipts drawn for computing again; findings in red.',
  )
}

/** Largest distance of each answer that was computed again, in powers of two. */
function ulpPlot(results: readonly SampleResult[]): string {
  const distances = results.flatMap(({ ulpMax }) => (ulpMax === null ? [] : [ulpMax]))
  if (distances.length === 0) return ''
  const bins = Array.from({ length: 18 }, () => 0)
  for (const ulp of distances) {
    const bin = ulp === 0 ? 0 : Math.min(17, 1 + Math.floor(Math.log2(ulp)))
    bins[bin] = (bins[bin] as number) + 1
  }
  return figure(
    bars(bins),
    ['0 ULP', '≥ 65,536 ULP'],
    `Largest distance in each answer, in units in the last place: 0, 1, 2, 4, 8 and so on. ${count(bins[0] as number)} of ${count(distances.length)} are equal to the bit.`,
  )
}

function sampleTable({ sample, byModel }: AuditReport): string {
  const name = (modelId: string) => byModel.find((model) => model.modelId === modelId)?.name ?? modelId
  const first = [...sample.results].sort((a, b) => rank(a) - rank(b) || a.index - b.index).slice(0, rowsMax)
  const rows = first.map(
    ({ index, modelId, verdict, engine, ulpMax, absoluteMax, element, reasons }) =>
      `<tr><td>${index}</td><td>${htmlText(name(modelId))}</td><td class="${verdict}">${verdict}</td><td>${engine ?? ''}</td><td>${ulpMax === null ? '' : count(ulpMax)}</td><td>${absoluteMax === null ? '' : absoluteMax === 0 ? '0' : absoluteMax.toExponential(2)}</td><td>${htmlText([element, ...reasons].filter((text) => text !== null).join(' '))}</td></tr>`,
  )
  const rest = sample.results.length - first.length
  return `<div class="wide"><table><thead><tr><th>Entry</th><th>Model</th><th>Verdict</th><th>Engine</th><th>ULP</th><th>Absolute</th><th>Why</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>${rest > 0 ? `<p>… and ${count(rest)} more in the JSON.</p>` : ''}`
}

/** The worst first. */
function rank({ verdict }: SampleResult): number {
  return ['mismatch', 'failed', 'not-kept', 'within-tolerance', 'bit-equal'].indexOf(verdict)
}

function bars(values: readonly number[]): string {
  const most = Math.max(1, ...values)
  const step = plotWidth / values.length
  const drawn = values.map((value, i) => {
    const height = (value / most) * plotHeight
    return `<rect class="bar" x="${(i * step + 0.5).toFixed(1)}" y="${(plotHeight - height).toFixed(1)}" width="${(step - 1).toFixed(1)}" height="${height.toFixed(1)}"><title>${count(value)}</title></rect>`
  })
  return `<svg viewBox="0 0 ${plotWidth} ${plotHeight}" role="img" aria-label="Bar chart" preserveAspectRatio="none">${drawn.join('')}<line class="axis" x1="0" x2="${plotWidth}" y1="${plotHeight}" y2="${plotHeight}"/></svg>`
}

function figure(svg: string, ends: readonly [string, string], caption: string): string {
  return `<figure>${svg}<div class="ends"><span>${htmlText(ends[0])}</span><span>${htmlText(ends[1])}</span></div><figcaption>${htmlText(caption)}</figcaption></figure>`
}

function table(rows: readonly (readonly [string, string])[]): string {
  return `<table class="facts"><tbody>${rows.map(([name, value]) => `<tr><th>${htmlText(name)}</th><td>${htmlText(value)}</td></tr>`).join('')}</tbody></table>`
}

/** The attack: names and texts from a log that become markup in an auditor's browser, or that bidirectional controls turn into other text. */
function htmlText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (char) => `\\u{${(char.codePointAt(0) as number).toString(16)}}`)
    .replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** Receipts may name any time. */
function iso(timeMs: number): string {
  const date = new Date(timeMs)
  return Number.isNaN(date.getTime()) ? `${timeMs} ms` : date.toISOString().replace('T', ' ').replace('.000Z', 'Z')
}

const plotWidth = 720
const plotHeight = 120
const rowsMax = 200
const marksMax = 2000

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fdfdfc; --quiet: #5b636d; --line: #d8dce1; --good: #0b6e4f; --bad: #b3261e; --mark: #2f6fb2; --ground: #eef0f2 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --paper: #14171a; --quiet: #98a1ab; --line: #333a42; --good: #54c69a; --bad: #ff8a80; --mark: #7db4ea; --ground: #20252b } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem }
h1 { font-size: 1.4rem; overflow-wrap: anywhere; margin: 0 0 .5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
.verdict { font-size: 1.15rem; font-weight: 600; margin: 0 } .good { color: var(--good) } .bad, .mismatch, .failed { color: var(--bad) } .bit-equal { color: var(--good) }
.quiet, figcaption, .ends { color: var(--quiet); font-size: .85rem; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; font-size: .9rem } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line) }
.facts th { font-weight: 500; white-space: nowrap; width: 1%; padding-right: 1.2rem } .facts td { overflow-wrap: anywhere; font-variant-numeric: tabular-nums }
.wide { overflow-x: auto } code { font-size: .85em }
figure { margin: 1rem 0 } svg { display: block; width: 100%; height: auto } .ends { display: flex; justify-content: space-between; gap: 1rem }
.bar { fill: var(--mark) } .axis { stroke: var(--line) } .ground { fill: var(--ground) } .mark { stroke: var(--mark) } .mark-bad { stroke: var(--bad); stroke-width: 2 }
@media print { :root { --ink: #000; --paper: #fff; --quiet: #444; --line: #bbb; --good: #000; --bad: #000; --mark: #555; --ground: #eee } main { max-width: none; padding: 0 } section { break-inside: avoid-page } .wide { overflow: visible } }
`
