import type { Place } from '../opening/place.ts'

/** The servers that were started for the tests. */
export function serverUrls(): Place['urls'] {
  const urls: Record<string, string> = {}
  for (const server of ['postgres', 'mysql']) {
    const url = process.env[`AGENTMEM_${server.toUpperCase()}_URL`]
    if (url !== undefined) urls[server] = url
  }
  return urls
}
