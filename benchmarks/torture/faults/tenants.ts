import { HashEmbedder, Memory } from '@agentmem/core'
import { serversOf, stores } from '../../opening/backends.ts'
import { indexes } from '../../opening/backends.ts'
import { makePlace } from '../../opening/own-place.ts'
import type { Torture } from '../fault.ts'

/** Whom a memory belongs to. */
interface Owner {
  readonly org: string
  readonly userId?: string
  readonly agentId?: string
  readonly runId?: string
}

const dimensions = 64
const orgs = ['acme', 'Acme', 'acme ']
const names = ['ana', 'Ana', 'an\u0061\u0301', "o'brien", '%', '_']

/** Many organizations, users, agents and runs, whose names look alike, against a model of who may see what. */
export async function mixTenants(
  { random, tally, urls, say }: Torture,
  store: string,
  calls: number,
): Promise<void> {
  const place = await makePlace(serversOf({ store, index: 'exact' }), urls)
  const shared = await stores[store]?.open(place)
  if (!shared) throw new Error(`There is no store '${store}'.`)
  const memories = new Map<string, Memory>()
  for (const orgId of orgs) {
    const index = await indexes['exact']?.open(place, dimensions)
    const embedder = new HashEmbedder({ dimensions })
    memories.set(
      orgId,
      await Memory.open({ store: shared, ...(index && { index }), embedder, orgId, closeParts: false }),
    )
  }
  const owners = new Map<string, Owner>()
  const randomOwner = (): Owner => ({
    org: random.pick(orgs),
    userId: random.pick(names),
    ...(random.next() < 0.5 && { agentId: random.pick(names) }),
    ...(random.next() < 0.4 && { runId: random.pick(names) }),
  })
  const sees = (asked: Owner, owner: Owner | undefined): boolean =>
    owner !== undefined &&
    owner.org === asked.org &&
    (['userId', 'agentId', 'runId'] as const).every(
      part => asked[part] === undefined || asked[part] === owner[part],
    )
  for (let call = 0; call < calls; call++) {
    const asked = randomOwner()
    const { org, ...scope } = asked
    const memory = memories.get(org) as Memory
    const [id, dice] = [random.pick([...owners.keys(), 'none']), random.next()]
    tally.add('inputs')
    if (dice < 0.4) {
      const { results } = await memory.addBatch([`tea and rain ${call}`], { ...scope, dedupe: false })
      for (const { id } of results) owners.set(id, asked)
    } else if (dice < 0.55) {
      const mode = random.pick(['vector', 'text'] as const)
      const { results } = await memory.search('tea and rain', { ...scope, mode, topK: 50 })
      for (const hit of results)
        if (!sees(asked, owners.get(hit.id)))
          tally.wrong('leaked', `${store}: a search of ${JSON.stringify(asked)} found ${hit.id}`)
    } else if (dice < 0.7) {
      const listed = (await Array.fromAsync(memory.list(scope))).map(({ id }) => id)
      const expected = [...owners].filter(([, owner]) => sees(asked, owner)).map(([id]) => id)
      const shown = new Set(listed)
      for (const id of listed)
        if (!sees(asked, owners.get(id)))
          tally.wrong('leaked', `${store}: a list of ${JSON.stringify(asked)} has ${id}`)
      if (expected.some(id => !shown.has(id)))
        tally.wrong('lost', `${store}: a list of ${JSON.stringify(asked)} lacks some`)
    } else if (dice < 0.8) {
      const found = await memory.scope(scope).get(id)
      if ((found !== undefined) !== sees(asked, owners.get(id)))
        tally.wrong(found ? 'leaked' : 'lost', `${store}: get ${id} as ${JSON.stringify(asked)}`)
    } else if (dice < 0.9) {
      const deleted = await memory.scope(scope).delete(id)
      if (deleted && !sees(asked, owners.get(id)))
        tally.wrong('leaked', `${store}: ${JSON.stringify(asked)} deleted ${id}`)
      if (deleted) owners.delete(id)
    } else if (dice < 0.92) {
      await memory.deleteAll(scope)
      for (const [id, owner] of owners) if (sees(asked, owner)) owners.delete(id)
    } else {
      const counted = await memory.count(scope)
      const expected = [...owners.values()].filter(owner => sees(asked, owner)).length
      if (counted !== expected)
        tally.wrong(counted > expected ? 'leaked' : 'lost', `${store}: ${counted} counted of ${expected}`)
    }
  }
  for (const memory of memories.values()) await memory.close()
  await shared.close()
  await place.remove()
  say(`${store}: ${calls} calls of ${orgs.length} organizations`)
}
