import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const suffix = process.platform === 'win32' ? '.exe' : ''

/** The first of these folders, or else of the PATH, that has all of these programs. */
export function folderOf(programs: readonly string[], folders: readonly string[] = []): string | undefined {
  const path = process.env['PATH']?.split(delimiter) ?? []
  // Debian keeps servers where only root's PATH leads.
  return [...folders, ...path, '/usr/sbin', '/usr/local/sbin'].find(folder =>
    programs.every(program => isExecutable(join(folder, program + suffix))),
  )
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
