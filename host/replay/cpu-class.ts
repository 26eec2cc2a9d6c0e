import { readFileSync } from 'node:fs'

/**
 * The widest vector unit that ONNX Runtime's kernels choose by: machines of one class give the same bits for one runtime profile. `x64`, `x64-avx`, `x64-avx2`, `x64-avx512` (with `-vnni`
 * where byte products are fused), or the architecture by its name.
 */
export function readCpuClass(arch: string = process.arch): string {
  if (arch !== 'x64') return arch
  try {
    return cpuClassOf(readFileSync('/proc/cpuinfo', 'utf8'))
  } catch {
    // Other systems than Linux do not say in a file.
    return 'x64, vector unit unknown'
  }
}

export function cpuClassOf(cpuinfo: string): string {
  const flags = new Set(/^flags\s*:\s*(.+)$/m.exec(cpuinfo)?.[1]?.split(' ') ?? [])
  if (flags.size === 0) return 'x64, vector unit unknown'
  const width = flags.has('avx512f')
    ? 'x64-avx512'
    : flags.has('avx2') && flags.has('fma')
      ? 'x64-avx2'
      : flags.has('avx')
        ? 'x64-avx'
        : 'x64'
  return flags.has('avx512_vnni') || flags.has('avx_vnni') ? `${width}-vnni` : width
}
