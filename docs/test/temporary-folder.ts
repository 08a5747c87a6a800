import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder outside the workspace. */
export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(await realpath(tmpdir()), 'agentmem-docs-'))
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
}

/** An empty folder that goes when the test that asked for it has ended. */
export async function folderOfThisTest(): Promise<string> {
  const folder = await temporaryFolder()
  onTestFinished(() => removeFolder(folder))
  return folder
}
