import { startPgbouncer } from '@agentmem/testcontainers'
import { makePlace } from '../../opening/own-place.ts'
import type { Torture } from '../fault.ts'
import { crowd } from './processes.ts'

/** Several processes behind a PgBouncer that lends connections for a transaction at a time. */
export async function behindPooler(torture: Torture): Promise<void> {
  const { postgres } = torture.urls
  if (postgres === undefined) throw new Error('There is no postgres here.')
  const pooler = await startPgbouncer(postgres)
  const place = await makePlace(['postgres'], torture.urls)
  const { pathname } = new URL(place.urls['postgres'] ?? '')
  const url = Object.assign(new URL(pooler.url), { pathname }).href
  try {
    await crowd(torture, { store: 'postgres', index: 'lancedb' }, { ...place, urls: { postgres: url } })
  } finally {
    await pooler.stop()
    await place.remove()
  }
}
