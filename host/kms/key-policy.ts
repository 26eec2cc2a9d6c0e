import type { Hex } from '@nacre/verifier/bytes'

/** A key policy in the part of AWS's policy language that is evaluated here. What lies outside is refused when a policy is set, never skipped when it is asked. */
export type KeyPolicy = { Version: '2012-10-17'; Id?: string; Statement: PolicyStatement[] }

export type PolicyStatement = {
  Sid?: string
  Effect: 'Allow' | 'Deny'
  Principal: '*' | { AWS: string | string[] }
  Action: string | string[]
  Resource: '*'
  Condition?: { [operator: string]: { [key: string]: string | readonly string[] } }
}

/** Who asks for what. `context` has the condition keys of this request; what a request does not carry is absent. */
export type PolicyRequest = { principalArn: string; accountId: string; action: string; context: ReadonlyMap<string, string> }

/** `delegated`: the policy leaves it to the identity's own permissions, as the account's root principal in it means. */
export type PolicyDecision = 'allowed' | 'delegated' | 'denied' | 'explicitly denied'

/** An explicit denial wins over every permission; where nothing allows, nothing is allowed. */
export function evaluatePolicy(policy: KeyPolicy, request: PolicyRequest): PolicyDecision {
  const matching = policy.Statement.filter(
    (statement) =>
      list(statement.Action).some((pattern) => matchesPattern(pattern, request.action)) && conditionsHold(statement, request.context),
  )
  const root = `arn:aws:iam::${request.accountId}:root`
  const names = (statement: PolicyStatement, principal: string) =>
    statement.Principal !== '*' && list(statement.Principal.AWS).some((arn) => arn === principal || arn === '*')
  const about = (statement: PolicyStatement) => statement.Principal === '*' || names(statement, request.principalArn)
  // A denial of the account's root is one of everybody in it.
  if (matching.some((statement) => statement.Effect === 'Deny' && (about(statement) || names(statement, root)))) return 'explicitly denied'
  const allowing = matching.filter(({ Effect }) => Effect === 'Allow')
  if (allowing.some(about)) return 'allowed'
  return allowing.some((statement) => names(statement, root)) ? 'delegated' : 'denied'
}

/** @throws `PolicyError` with the place and what is expected there */
export function decodeKeyPolicy(text: string): KeyPolicy {
  if (text.length > 32 * 1024) throw new PolicyError('policy', 'at most 32 KiB')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new PolicyError('policy', 'JSON')
  }
  const policy = record(value, 'policy', ['Version', 'Statement'], ['Id'])
  check(policy.Version === '2012-10-17', 'Version', '2012-10-17')
  check(Array.isArray(policy.Statement) && policy.Statement.length > 0, 'Statement', 'an array that is not empty')
  for (const [i, item] of (policy.Statement as unknown[]).entries()) checkStatement(item, `Statement[${i}]`)
  return value as KeyPolicy
}

export class PolicyError extends Error {
  override readonly name = 'PolicyError'

  constructor(where: string, expected: string) {
    super(`${where}: expected ${expected}`)
  }
}

export type SealedModelPolicyParts = {
  /** Who may change this policy, and so, in the end, open everything. */
  administratorArn: string
  /** Who seals: needs no enclave. */
  ownerArn: string
  /** The role of the instance that runs the enclave. */
  enclaveRoleArn: string
  measurements: readonly { pcr0: Hex; pcr1: Hex; pcr2: Hex; pcr8?: Hex | undefined }[]
  /** These enclaves may also keep a secret of their own under the key. @default false */
  keeps?: boolean
}

/**
 * A policy under which only these images open what the owner sealed. Each register has a denial of its own, for everybody: a permission alone would be of no use beside another statement, a grant or
 * an identity's own permissions; and several registers in one denial would deny only where *all* of them differ.
 */
export function sealedModelPolicy(parts: SealedModelPolicyParts): KeyPolicy {
  const { administratorArn, ownerArn, enclaveRoleArn, measurements, keeps = false } = parts
  const registers = [
    ['kms:RecipientAttestation:ImageSha384', 'pcr0'],
    ['kms:RecipientAttestation:PCR0', 'pcr0'],
    ['kms:RecipientAttestation:PCR1', 'pcr1'],
    ['kms:RecipientAttestation:PCR2', 'pcr2'],
    ['kms:RecipientAttestation:PCR8', 'pcr8'],
  ] as const
  const values = registers.flatMap(([key, register]) => {
    const found = measurements.flatMap((measurement) => measurement[register]?.slice(2).toLowerCase() ?? [])
    return found.length === 0 ? [] : [[key, [...new Set(found)]] as const]
  })
  return {
    Version: '2012-10-17',
    Id: 'nacre-sealed-model',
    Statement: [
      {
        Sid: 'Administer',
        Effect: 'Allow',
        Principal: { AWS: administratorArn },
        Action: [
          'kms:DescribeKey',
          'kms:GetKeyPolicy',
          'kms:PutKeyPolicy',
          'kms:DisableKey',
          'kms:EnableKey',
          'kms:ScheduleKeyDeletion',
          'kms:CancelKeyDeletion',
        ],
        Resource: '*',
      },
      { Sid: 'Seal', Effect: 'Allow', Principal: { AWS: ownerArn }, Action: ['kms:GenerateDataKey', 'kms:DescribeKey'], Resource: '*' },
      {
        Sid: 'Open',
        Effect: 'Allow',
        Principal: { AWS: enclaveRoleArn },
        Action: keeps ? ['kms:Decrypt', 'kms:GenerateDataKey'] : 'kms:Decrypt',
        Resource: '*',
        Condition: { StringEqualsIgnoreCase: Object.fromEntries(values) },
      },
      ...values.map(
        ([key, allowed]): PolicyStatement => ({
          Sid: `DenyOtherThan${key.split(':').at(-1)}`,
          Effect: 'Deny',
          Principal: '*',
          Action: ['kms:Decrypt', 'kms:ReEncryptFrom'],
          Resource: '*',
          // Holds also where the request has no such key: whoever asks without a document is denied.
          Condition: { StringNotEqualsIgnoreCase: { [key]: allowed } },
        }),
      ),
      { Sid: 'DenyGrants', Effect: 'Deny', Principal: '*', Action: 'kms:CreateGrant', Resource: '*' },
    ],
  }
}

const operators: { [name: string]: (received: string | undefined, values: readonly string[]) => boolean } = {
  StringEquals: (received, values) => received !== undefined && values.includes(received),
  StringNotEquals: (received, values) => received === undefined || !values.includes(received),
  StringEqualsIgnoreCase: (received, values) => received !== undefined && lower(values).includes(received.toLowerCase()),
  StringNotEqualsIgnoreCase: (received, values) => received === undefined || !lower(values).includes(received.toLowerCase()),
  StringLike: (received, values) => received !== undefined && values.some((pattern) => matchesPattern(pattern, received)),
  StringNotLike: (received, values) => received === undefined || !values.some((pattern) => matchesPattern(pattern, received)),
  Null: (received, values) => values.includes(String(received === undefined)),
}

const conditionKey =
  /^kms:(RecipientAttestation:(ImageSha384|PCR([0-9]|[12][0-9]|3[01]))|EncryptionContext:[\w:/.-]{1,128}|EncryptionContextKeys|CallerAccount)$/

/** Operators and keys of one block must all hold; of several values for a key, one (in a negated operator, none). */
function conditionsHold({ Condition = {} }: PolicyStatement, context: PolicyRequest['context']): boolean {
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => operators[operator]?.(context.get(key), list(values)) === true),
  )
}

function checkStatement(value: unknown, where: string): void {
  const statement = record(value, where, ['Effect', 'Principal', 'Action', 'Resource'], ['Sid', 'Condition'])
  check(statement.Effect === 'Allow' || statement.Effect === 'Deny', `${where}.Effect`, 'Allow or Deny')
  if (statement.Principal !== '*') {
    const { AWS } = record(statement.Principal, `${where}.Principal`, ['AWS'], [])
    check(isTexts(AWS), `${where}.Principal.AWS`, 'one ARN or several')
  }
  check(isTexts(statement.Action), `${where}.Action`, 'one action or several')
  check(
    list(statement.Action as string).every((action) => /^kms:[A-Za-z*]+$|^\*$/.test(action)),
    `${where}.Action`,
    'actions of KMS',
  )
  check(statement.Resource === '*', `${where}.Resource`, '*')
  if (statement.Condition === undefined) return
  for (const [operator, keys] of Object.entries(record(statement.Condition, `${where}.Condition`, [], undefined))) {
    check(operators[operator] !== undefined, `${where}.Condition`, `one of ${Object.keys(operators).join(', ')}; found ${operator}`)
    for (const [key, values] of Object.entries(record(keys, `${where}.Condition.${operator}`, [], undefined))) {
      check(conditionKey.test(key), `${where}.Condition.${operator}`, `a condition key of KMS; found ${key}`)
      check(isTexts(values), `${where}.Condition.${operator}.${key}`, 'one text or several')
    }
  }
}

/** `optional` undefined: any further keys. */
function record(value: unknown, where: string, required: readonly string[], optional: readonly string[] | undefined) {
  check(typeof value === 'object' && value !== null && !Array.isArray(value), where, 'an object')
  const keys = Object.keys(value as object)
  for (const key of required) check(keys.includes(key), where, `the member ${key}`)
  for (const key of keys) check(optional === undefined || required.includes(key) || optional.includes(key), where, `no member ${key}`)
  return value as { [key: string]: unknown }
}

function check(condition: boolean, where: string, expected: string): asserts condition {
  if (!condition) throw new PolicyError(where, expected)
}

function isTexts(value: unknown): value is string | string[] {
  return typeof value === 'string' || (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string'))
}

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value
}

function lower(values: readonly string[]): string[] {
  return values.map((value) => value.toLowerCase())
}

/** `*` for any run of characters, `?` for one. */
function matchesPattern(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 's').test(text)
}
