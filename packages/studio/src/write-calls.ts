import type { DeleteByIdOptions } from '@agentmem/core'
import type { Call } from './call.ts'

/** The calls that change memories. */
export const writeCalls: Readonly<Record<string, Omit<Call, 'writes'>>> = {
  delete: {
    keys: ['id', 'soft', 'purgeHistory'],
    run: async ({ memory }, { id, ...input }, signal) => ({
      deleted: await memory.delete(id as string, { ...(input as DeleteByIdOptions), signal }),
    }),
  },
  restore: {
    keys: ['id'],
    run: async ({ memory }, { id }, signal) => ({ restored: await memory.restore(id as string, { signal }) }),
  },
}
