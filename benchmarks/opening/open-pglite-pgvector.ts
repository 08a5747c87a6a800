import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import type { VectorIndex } from '@agentmem/core'
import { openPgvectorIndex } from '@agentmem/pgvector'

/** A pgvector index in a PGlite of its own, which is closed together with it. */
export async function openPglitePgvector(
  path: string,
  dimensions: number,
  tuning?: object,
): Promise<VectorIndex> {
  const pglite = await PGlite.create(path, { extensions: { vector } })
  const index = await openPgvectorIndex({ pglite, dimensions, ...tuning })
  const close = async (): Promise<void> => {
    await index.close()
    if (!pglite.closed) await pglite.close()
  }
  return new Proxy(index, {
    get(target, name) {
      if (name === 'close' || name === Symbol.asyncDispose) return close
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
