import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { TransactionEvent } from './transactions.ts'

/** Counts and states of one relayer in Prometheus' text format. */
export type Metrics = ReturnType<typeof createMetrics>

export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  const gauge = <const label extends string = never>(name: string, help: string, labelNames: label[] = []) =>
    new Gauge<label>({ name: `nacre_relay_${name}`, help, labelNames, registers })
  const counter = <const label extends string = never>(name: string, help: string, labelNames: label[] = []) =>
    new Counter<label>({ name: `nacre_relay_${name}`, help, labelNames, registers })
  const counters = {
    jobs: counter('jobs_total', 'Requests worked on, by how that ended.', ['outcome']),
    triggers: counter('triggers_total', 'Subscriptions looked at when they were due, by what came of it.', ['outcome']),
    transactions: counter('transactions_total', 'What happened to transactions of this signer.', ['event']),
    gas: counter('gas_used_total', 'Gas of this signer that was mined.'),
    feesWei: counter('fees_wei_total', 'What that gas cost, in wei.'),
    reorganisations: counter('reorganisations_total', 'Reorganisations of the chain that this relayer noticed.'),
    refusedLogs: counter('refused_logs_total', 'Logs that did not belong to their request id.'),
    errors: counter('errors_total', 'Failures of what is outside of this process, by what failed.', ['part']),
  }
  const gauges = {
    requests: gauge('requests', 'Requests that are known, by state.', ['state']),
    subscriptions: gauge('subscriptions', 'Subscriptions that are known, by state.', ['state']),
    pendingTransactions: gauge('transactions_pending', 'Transactions under way.'),
    headBlock: gauge('head_block', 'The head of the chain.'),
    readBlock: gauge('read_block', 'The block up to which events were read.'),
    balanceWei: gauge('signer_balance_wei', "The signer's balance."),
    baseFeeWei: gauge('base_fee_wei', 'Base fee of the head.'),
    inputBytes: gauge('input_bytes', 'Bytes of inputs that are kept.'),
  }
  const answerSeconds = new Histogram({
    name: 'nacre_relay_answer_seconds',
    help: 'From a job to its transaction: asking the enclave, verifying, simulating, sending.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  })
  return {
    ...counters,
    ...gauges,
    answerSeconds,
    noteTransaction(event: TransactionEvent): void {
      counters.transactions.inc({ event: event.kind === 'mined' ? (event.success ? 'mined' : 'reverted') : event.kind })
      if (event.kind !== 'mined') return
      counters.gas.inc(Number(event.gasUsed))
      counters.feesWei.inc(Number(event.feeWei))
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
