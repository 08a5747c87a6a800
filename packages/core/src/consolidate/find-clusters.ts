import { setImmediate } from 'node:timers/promises'
import { throwIfAborted } from '../contracts/errors.ts'
import { innerProduct } from '../vectors/inner-product.ts'

/** Facts of one cluster at most: what a prompt has room for beside seven others. */
const largest = 20
/** How many rows are compared before others get their turn. */
const rowsAtOnce = 50

/**
 * The connected components of at least `least` vectors of unit length, where two are joined from a cosine similarity on: places in the list, in
 * its order. One that is too large falls apart at higher similarities, and in the end where the list has it.
 */
export async function findClusters(
  vectors: readonly Float32Array[],
  { similarity, least }: { readonly similarity: number; readonly least: number },
  signal: AbortSignal | undefined,
): Promise<number[][]> {
  const places = vectors.map((_, place) => place)
  const split = async (members: readonly number[], floor: number): Promise<number[][]> => {
    const found: number[][] = []
    for (const part of await componentsOf(vectors, members, floor, signal)) {
      if (part.length < least) continue
      if (part.length <= largest) found.push(part)
      else if (floor < 0.999) found.push(...(await split(part, floor + (1 - floor) / 4)))
      else found.push(...slicesOf(part, least))
    }
    return found
  }
  return split(places, similarity)
}

function slicesOf(part: readonly number[], least: number): number[][] {
  const slices = Array.from({ length: Math.ceil(part.length / largest) }, (_, i) =>
    part.slice(i * largest, (i + 1) * largest),
  )
  return slices.filter(({ length }) => length >= least)
}

async function componentsOf(
  vectors: readonly Float32Array[],
  members: readonly number[],
  floor: number,
  signal: AbortSignal | undefined,
): Promise<number[][]> {
  // The place in `members` of one of the same component; roots stand for themselves.
  const parents = members.map((_, i) => i)
  const rootOf = (i: number): number => {
    let root = i
    while (parents[root] !== root) root = parents[root] as number
    for (let at = i; at !== root;) {
      const next = parents[at] as number
      parents[at] = root
      at = next
    }
    return root
  }
  for (let i = 0; i < members.length; i++) {
    if (i % rowsAtOnce === rowsAtOnce - 1) {
      await setImmediate()
      throwIfAborted(signal)
    }
    const vector = vectors[members[i] as number] as Float32Array
    for (let j = 0; j < i; j++) {
      const [a, b] = [rootOf(i), rootOf(j)]
      if (a !== b && innerProduct(vector, vectors[members[j] as number] as Float32Array, 0) >= floor)
        parents[Math.max(a, b)] = Math.min(a, b)
    }
  }
  const components = Map.groupBy(members.keys(), rootOf)
  return Array.from(components.values(), places => places.map(i => members[i] as number))
}
