import { scalarOrder } from './trusted-setup.ts'

/** The integers of a two-layer perceptron: `hidden = min(255, max(0, pixels · w1 + b1) / divisor)`, rounded down; `logits = hidden · w2 + b2`. See enclave/models/digits-int. */
export type Integers = { w1: number[][]; b1: number[]; divisor: number; w2: number[][]; b2: number[] }

/**
 * The very arithmetic of digits-int as a circom circuit, so that a proof says what a receipt says: these pixels, these logits, these weights. The pixels and the logits are public.
 *
 * @param weights `public`: constants of the circuit. `private`: known to the prover alone, who publishes a Poseidon commitment to them, each weight proven to fit its bits.
 */
export function circuitOf(integers: Integers, weights: 'public' | 'private'): string {
  const { w1, b1, w2, b2 } = integers
  const [inputs, hidden, outputs] = [w1.length, b1.length, b2.length]
  if (integers.divisor > 16) throw new RangeError('The remainder is proven with four bits')
  const fits = (values: number[], bits: number) => values.every((value) => value >= -(2 ** (bits - 1)) && value < 2 ** (bits - 1))
  if (![...w1, ...w2].every((row) => fits(row, weightBits)) || ![b1, b2].every((row) => fits(row, biasBits)))
    throw new RangeError(`Weights are proven with ${weightBits} bits, biases with ${biasBits}`)
  const isPrivate = weights === 'private'
  const matrix = (rows: number[][]) => `[${rows.map((row) => `[${row.map(literal)}]`)}]`
  const vector = (values: number[]) => `[${values.map(literal)}]`
  const declared = isPrivate
    ? `signal input w1[${inputs}][${hidden}]; signal input b1[${hidden}]; signal input w2[${hidden}][${outputs}]; signal input b2[${outputs}];`
    : `var w1[${inputs}][${hidden}] = ${matrix(w1)}; var b1[${hidden}] = ${vector(b1)}; var w2[${hidden}][${outputs}] = ${matrix(w2)}; var b2[${outputs}] = ${vector(b2)};`
  return `pragma circom 2.1.0;
include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/comparators.circom";
include "circomlib/circuits/poseidon.circom";

// min(255, max(0, in) / ${integers.divisor}), for |in| < 2^${sumBits}.
template Clamp() {
  signal input in;
  signal output out;
  component sign = Num2Bits(${sumBits + 1});
  sign.in <== in + (1 << ${sumBits});
  signal positive <== in * sign.out[${sumBits}];
  signal quotient <-- positive \\ ${integers.divisor};
  signal remainder <== positive - ${integers.divisor} * quotient;
  component low = Num2Bits(8);
  signal quotientLow <-- quotient % 256;
  low.in <== quotientLow;
  signal quotientHigh <-- quotient \\ 256;
  component high = Num2Bits(${sumBits - 8});
  high.in <== quotientHigh;
  quotient === 256 * quotientHigh + quotientLow;
  component remainderBits = Num2Bits(4);
  remainderBits.in <== remainder;
  component remainderFits = Num2Bits(4);
  remainderFits.in <== remainder + ${16 - integers.divisor};
  component small = IsZero();
  small.in <== quotientHigh;
  out <== 255 + small.out * (quotientLow - 255);
}

template Network() {
  signal input pixels[${inputs}];
  signal output logits[${outputs}];
  ${declared}
  ${isPrivate ? `signal products1[${inputs}][${hidden}]; signal products2[${hidden}][${outputs}];` : ''}
  component clamps[${hidden}];
  for (var h = 0; h < ${hidden}; h++) {
    var sum = b1[h];
    for (var i = 0; i < ${inputs}; i++) { ${isPrivate ? 'products1[i][h] <== w1[i][h] * pixels[i]; sum += products1[i][h];' : 'sum += w1[i][h] * pixels[i];'} }
    clamps[h] = Clamp();
    clamps[h].in <== sum;
  }
  for (var o = 0; o < ${outputs}; o++) {
    var sum = b2[o];
    for (var h = 0; h < ${hidden}; h++) { ${isPrivate ? 'products2[h][o] <== w2[h][o] * clamps[h].out; sum += products2[h][o];' : 'sum += w2[h][o] * clamps[h].out;'} }
    logits[o] <== sum;
  }
  ${isPrivate ? commitment(inputs, hidden, outputs) : ''}
}

component main {public [pixels]} = Network();
`
}

/** Numbers for `circuitOf`, as snarkjs takes them. */
export function circuitInputs(integers: Integers, weights: 'public' | 'private', pixels: readonly number[]): { [signal: string]: unknown } {
  const { w1, b1, w2, b2 } = integers
  const fields = (values: readonly number[]) => values.map(fieldElement)
  if (weights === 'public') return { pixels: fields(pixels) }
  return { pixels: fields(pixels), w1: w1.map(fields), b1: fields(b1), w2: w2.map(fields), b2: fields(b2) }
}

/** A public signal as the integer that it stands for. */
export function signedInteger(signal: string): number {
  const value = BigInt(signal)
  return Number(value > scalarOrder / 2n ? value - scalarOrder : value)
}

/** 64 pixels of at most 255 times weights of at most 64, and the bias, stay below 2^20. */
const sumBits = 20
/** Each weight is proven to lie in [-2^6, 2^6), each bias in [-2^11, 2^11): most of the circuit. */
const weightBits = 7
const biasBits = 12
/** So that a field element, of a little less than 254 bits, holds whole values without wrapping; a Poseidon hash takes 16 elements, the first of them the hash before. */
const elementBits = 252
const perHash = 15

/** Poseidon over all weights, then all biases, each shifted to be positive and packed as densely as its range allows. */
function commitment(inputs: number, hidden: number, outputs: number): string {
  const kinds = [
    { name: 'weights', count: inputs * hidden + hidden * outputs, bits: weightBits },
    { name: 'biases', count: hidden + outputs, bits: biasBits },
  ]
  let elements = 0
  const packing = kinds.map(({ name, count, bits }) => {
    const perElement = Math.floor(elementBits / bits)
    const first = elements
    elements += Math.ceil(count / perElement)
    return `component ${name}Range[${count}];
  for (var n = 0; n < ${count}; n++) {
    ${name}Range[n] = Num2Bits(${bits});
    ${name}Range[n].in <== ${name}[n] + ${1 << (bits - 1)};
    packed[${first} + n \\ ${perElement}] += (${name}[n] + ${1 << (bits - 1)}) * (1 << (${bits} * (n % ${perElement})));
  }`
  })
  const hashes = Math.ceil(elements / perHash)
  return `signal output commitment;
  var weights[${kinds[0]?.count}]; var biases[${kinds[1]?.count}]; var at = 0;
  for (var h = 0; h < ${hidden}; h++) { for (var i = 0; i < ${inputs}; i++) { weights[at] = w1[i][h]; at++; } biases[h] = b1[h]; }
  for (var o = 0; o < ${outputs}; o++) { for (var h = 0; h < ${hidden}; h++) { weights[at] = w2[h][o]; at++; } biases[${hidden} + o] = b2[o]; }
  var packed[${hashes * perHash}];
  for (var e = 0; e < ${hashes * perHash}; e++) { packed[e] = 0; }
  ${packing.join('\n  ')}
  component hashes[${hashes}];
  for (var c = 0; c < ${hashes}; c++) {
    hashes[c] = Poseidon(${perHash + 1});
    if (c == 0) { hashes[c].inputs[0] <== 0; } else { hashes[c].inputs[0] <== hashes[c - 1].out; }
    for (var j = 0; j < ${perHash}; j++) { hashes[c].inputs[j + 1] <== packed[c * ${perHash} + j]; }
  }
  commitment <== hashes[${hashes - 1}].out;`
}

/** circom has no negative literals. */
function literal(value: number): string {
  return value < 0 ? `(0-${-value})` : String(value)
}

function fieldElement(value: number): string {
  return String((BigInt(value) + scalarOrder) % scalarOrder)
}
