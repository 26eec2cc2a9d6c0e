/**
 * Greedy CTC: at each step from left to right the likeliest character, then repetitions merged, then blanks (character 0) dropped. The score is the mean probability of the characters that stay,
 * each at its first step; 0 when none does.
 */
export function decodeCharacters(probabilities: Float32Array, alphabet: readonly string[]): { text: string; score: number } {
  const steps = probabilities.length / alphabet.length
  let text = ''
  let [sum, count] = [0, 0]
  let previous = 0
  for (let step = 0; step < steps; step++) {
    const start = step * alphabet.length
    let likeliest = 0
    let greatest = Number.NEGATIVE_INFINITY
    for (let character = 0; character < alphabet.length; character++) {
      const probability = probabilities[start + character] as number
      if (probability > greatest) {
        greatest = probability
        likeliest = character
      }
    }
    if (likeliest !== 0 && likeliest !== previous) {
      text += alphabet[likeliest]
      sum += greatest
      count++
    }
    previous = likeliest
  }
  // The margin of a line often reads as a space.
  return { text: text.replace(/^ +| +$/g, ''), score: count === 0 ? 0 : sum / count }
}

/** The recogniser's classes from PaddleOCR's dictionary, one character a line: first the blank of CTC, then the characters, then the space. */
export function decodeAlphabet(dictionary: string): string[] {
  return ['', ...dictionary.replace(/\n$/, '').split('\n'), ' ']
}
