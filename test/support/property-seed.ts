import fc from 'fast-check'

// Properties draw the same cases on every machine, so that a change fails for what it changed. `NACRE_PROPERTY_SEED=N` explores others; a failure prints the seed to give again.
const seed = Number(process.env.NACRE_PROPERTY_SEED ?? 20261122)
if (!Number.isInteger(seed)) throw new TypeError(`NACRE_PROPERTY_SEED: expected an integer, received ${process.env.NACRE_PROPERTY_SEED}`)
fc.configureGlobal({ seed })
