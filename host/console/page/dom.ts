/** Elements from code alone: text never becomes markup. */
type Child = Node | string | null
type Properties = { [name: string]: string | number | boolean | ((event: Event) => void) | undefined }

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue
    if (typeof value === 'function') element.addEventListener(name, value)
    else element.setAttribute(name, value === true ? '' : String(value))
  }
  element.append(...children.filter((child) => child !== null))
  return element
}

export function byId(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`no element ${id}`)
  return element
}

export function facts(rows: readonly (readonly [string, Child])[]): HTMLElement {
  return h('dl', {}, ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]))
}

export function mono(text: string): HTMLElement {
  return h('span', { class: 'mono' }, text)
}

/** Offset, bytes, and what a person could read of them. */
export function hexDump(bytes: Uint8Array, most = 128): string {
  const lines: string[] = []
  for (let at = 0; at < Math.min(bytes.length, most); at += 8) {
    const row = [...bytes.subarray(at, at + 8)]
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const text = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '·')).join('')
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(23)}  ${text}`)
  }
  return lines.join('\n') + (bytes.length > most ? `\n… ${bytes.length.toLocaleString('en')} bytes in all` : '')
}

/** Long hexadecimal by its ends; all of it on hovering. */
export function shortened(text: string): HTMLElement {
  const short = /^0x[0-9a-f]{40,}$/.test(text) ? `${text.slice(0, 14)}…${text.slice(-8)}` : text
  return h('span', { class: 'mono', title: text }, short)
}
