import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Files that are whole or not there, also after the machine lost power: written beside, flushed, put in place, and the folder flushed too. */
export type DurableFolder = {
  path: string
  read(name: string): Promise<Uint8Array | undefined>
  /** All of them, in any order, durable when it resolves. One call after another: of two that write one file, the later one's content stands. */
  write(files: ReadonlyMap<string, Uint8Array>): Promise<void>
  remove(name: string): Promise<void>
}

export type DurableFolderParameters = {
  path: string
  /** On the same file system, and not served. What a killed process left there is removed. */
  temporaryPath: string
}

export async function openDurableFolder({ path, temporaryPath }: DurableFolderParameters): Promise<DurableFolder> {
  await mkdir(path, { recursive: true })
  await mkdir(temporaryPath, { recursive: true })
  for (const name of await readdir(temporaryPath)) await rm(join(temporaryPath, name), { recursive: true, force: true })
  let count = 0
  let before = Promise.resolve()

  async function writeAll(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const folders = new Set<string>()
    for (const [name, content] of files) {
      // Every folder on the way down, because a new one is itself an entry of its parent.
      for (let folder = await writeOne(name, content); folder.length >= path.length; folder = dirname(folder)) folders.add(folder)
    }
    for (const folder of folders) await syncFolder(folder)
  }

  async function writeOne(name: string, content: Uint8Array): Promise<string> {
    const target = join(path, name)
    await mkdir(dirname(target), { recursive: true })
    const temporary = join(temporaryPath, String(count++))
    const file = await open(temporary, 'w', 0o644)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, target)
    return dirname(target)
  }

  return {
    path,
    async read(name) {
      try {
        return Uint8Array.from(await readFile(join(path, name)))
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined
        throw error
      }
    },
    write(files) {
      const written = before.then(() => writeAll(files))
      before = written.catch(() => {})
      return written
    },
    remove: (name) => rm(join(path, name), { recursive: true, force: true }),
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
