import { installMem0 } from './real-mem0.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Why mem0ai could not be installed; empty where it was. */
    whyNoMem0: string
  }
}

/**
 * Installs mem0ai once for all files. Tests that need it are skipped where that fails, and say why; where AGENTMEM_REQUIRE names
 * mem0, it fails.
 */
export default async function ({
  provide,
}: {
  readonly provide: (key: 'whyNoMem0', value: string) => void
}): Promise<void> {
  try {
    await installMem0()
    provide('whyNoMem0', '')
  } catch (error) {
    if ((process.env['AGENTMEM_REQUIRE'] ?? '').split(',').includes('mem0')) throw error
    const reason = `mem0ai cannot be installed: ${(error as Error).message.slice(0, 300)}`
    console.error(`Skipped: the tests beside mem0ai: ${reason}`)
    provide('whyNoMem0', reason)
  }
}
