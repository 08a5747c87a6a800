import { randomInt } from 'node:crypto'

/** Bytes of ids that are allocated at a time, and gone through at once when ids are moved together. */
const chunkBytes = 2 ** 16
/** Before each id: its slot in 4 bytes, its length in 2. */
const headBytes = 6
/** The longest id that the contract allows has 640 bytes. */
const mostBytes = 2 ** 12
const fewestPlaces = 64
/** A table that `clear` keeps has at most so many places: each flush empties a tail, and allocating is slow. */
const sparePlaces = 2 ** 14
/** Differs from process to process, so that nobody can choose ids that all fall on one place. */
const seed = randomInt(2 ** 31)

/** UTF-8 of the id that was encoded last. */
const encoded: Buffer = Buffer.alloc(mostBytes)

interface Chunk {
  readonly bytes: Buffer
  /** Bytes that are written. */
  end: number
  /** Bytes of ids that are there. */
  live: number
}

/**
 * Which slot has which id: a hash table with open addressing over the UTF-8 of the ids, which lies in chunks outside of the heap
 * of JavaScript. It holds some 60 bytes for an id of 36 characters, where a `Map` and strings hold 150, and has no limit of 2^24
 * entries. Slots are whole numbers under 2^32, dense enough for an array. Ids are well-formed.
 */
export class SlotIds {
  /** A number that is free again is undefined. */
  readonly #chunks: (Chunk | undefined)[] = []
  readonly #freeChunks: number[] = []
  /** The number of the chunk that is written to. */
  #current = -1
  #size = 0
  #dead = 0
  /** By slot, where its id lies: chunk * chunkBytes + start + 1; 0 for none. */
  #placeOf = new Float64Array(fewestPlaces)
  /** Pairs of a hash and slot + 1; the second is 0 where a place is free. */
  #table = new Uint32Array(2 * fewestPlaces)

  get size(): number {
    return this.#size
  }

  /** What the chunks of ids take, those that are not full as well. */
  get bytes(): number {
    return (this.#chunks.length - this.#freeChunks.length) * chunkBytes
  }

  /** Returns undefined when the id is not there. */
  slotOf(id: string): number | undefined {
    const length = encode(id)
    const place = this.#find(encoded, 0, length, hashOf(encoded, 0, length))
    return place === -1 ? undefined : (this.#table[place + 1] as number) - 1
  }

  /** Returns undefined when the slot is free. */
  idOf(slot: number): string | undefined {
    const at = this.#placeOf[slot]
    if (!at) return undefined
    const { bytes } = this.#chunkAt(at - 1)
    const start = ((at - 1) % chunkBytes) + headBytes
    return bytes.toString('utf8', start, start + lengthAt(bytes, start - headBytes))
  }

  /** In the order of their slots. */
  *ids(): Generator<string, undefined> {
    for (let slot = 0; slot < this.#placeOf.length; slot++) {
      const id = this.idOf(slot)
      if (id !== undefined) yield id
    }
  }

  /** Gives a slot that is free to an id that is not there. */
  set(id: string, slot: number): void {
    this.setBytes(encoded, 0, encode(id), slot)
  }

  /** `set` with the UTF-8 of an id, which is copied. */
  setBytes(bytes: Buffer, start: number, length: number, slot: number): void {
    if (4 * ++this.#size > this.#table.length) this.#growTable()
    if (slot >= this.#placeOf.length) this.#growPlaces(slot)
    this.#placeOf[slot] = this.#store(bytes, start, length, slot) + 1
    this.#insert(hashOf(bytes, start, length), slot + 1)
  }

  /** Frees the slot of this id, and returns it; undefined when the id is not there. */
  delete(id: string): number | undefined {
    const length = encode(id)
    const place = this.#find(encoded, 0, length, hashOf(encoded, 0, length))
    if (place === -1) return undefined
    const slot = (this.#table[place + 1] as number) - 1
    this.#empty(place)
    const at = (this.#placeOf[slot] as number) - 1
    this.#placeOf[slot] = 0
    this.#size--
    this.#chunkAt(at).live -= headBytes + length
    this.#dead += headBytes + length
    if (2 * this.#dead > this.bytes) this.#moveTogether()
    return slot
  }

  clear(): void {
    if (this.#table.length > 2 * sparePlaces) this.#table = new Uint32Array(2 * fewestPlaces)
    else this.#table.fill(0)
    if (this.#placeOf.length > sparePlaces) this.#placeOf = new Float64Array(fewestPlaces)
    else this.#placeOf.fill(0)
    this.#chunks.length = 0
    this.#freeChunks.length = 0
    this.#current = -1
    this.#size = 0
    this.#dead = 0
  }

  #chunkAt(at: number): Chunk {
    return this.#chunks[Math.floor(at / chunkBytes)] as Chunk
  }

  /** Returns where it lies. */
  #store(bytes: Buffer, start: number, length: number, slot: number): number {
    const whole = headBytes + length
    let chunk = this.#chunks[this.#current]
    if (!chunk || chunk.end + whole > chunkBytes) {
      chunk = { bytes: Buffer.allocUnsafeSlow(chunkBytes), end: 0, live: 0 }
      this.#current = this.#freeChunks.pop() ?? this.#chunks.length
      this.#chunks[this.#current] = chunk
    }
    const { bytes: into, end: at } = chunk
    writeHead(into, at, slot, length)
    for (let i = 0; i < length; i++) into[at + headBytes + i] = bytes[start + i] as number
    chunk.end += whole
    chunk.live += whole
    return this.#current * chunkBytes + at
  }

  /** Returns the place in the table, or -1. */
  #find(bytes: Buffer, start: number, length: number, hash: number): number {
    const table = this.#table
    const mask = table.length - 1
    for (let place = (hash << 1) & mask; table[place + 1] !== 0; place = (place + 2) & mask) {
      if (table[place] === hash && this.#isAt((table[place + 1] as number) - 1, bytes, start, length))
        return place
    }
    return -1
  }

  #isAt(slot: number, bytes: Buffer, start: number, length: number): boolean {
    const at = (this.#placeOf[slot] as number) - 1
    const { bytes: stored } = this.#chunkAt(at)
    const head = at % chunkBytes
    if (lengthAt(stored, head) !== length) return false
    for (let i = 0; i < length; i++) if (stored[head + headBytes + i] !== bytes[start + i]) return false
    return true
  }

  #insert(hash: number, value: number): void {
    const table = this.#table
    const mask = table.length - 1
    let place = (hash << 1) & mask
    while (table[place + 1] !== 0) place = (place + 2) & mask
    table[place] = hash
    table[place + 1] = value
  }

  /** Frees a place, and moves those behind it that would no longer be found (Knuth, 6.4, algorithm R). */
  #empty(place: number): void {
    const table = this.#table
    const mask = table.length - 1
    let hole = place
    for (let next = (place + 2) & mask; table[next + 1] !== 0; next = (next + 2) & mask) {
      const home = ((table[next] as number) << 1) & mask
      if (((next - home) & mask) < ((next - hole) & mask)) continue
      table[hole] = table[next] as number
      table[hole + 1] = table[next + 1] as number
      hole = next
    }
    table[hole + 1] = 0
  }

  #growTable(): void {
    const before = this.#table
    this.#table = new Uint32Array(2 * before.length)
    for (let place = 0; place < before.length; place += 2) {
      const value = before[place + 1] as number
      if (value !== 0) this.#insert(before[place] as number, value)
    }
  }

  #growPlaces(slot: number): void {
    const before = this.#placeOf
    this.#placeOf = new Float64Array(Math.max(slot + 1, 2 * before.length))
    this.#placeOf.set(before)
  }

  /** Stores the ids of chunks that are mostly dead once more, and gives these back. */
  #moveTogether(): void {
    for (const [number, chunk] of this.#chunks.entries()) {
      if (!chunk || number === this.#current || 2 * chunk.live > chunk.end) continue
      for (let start = 0; start < chunk.end;) {
        const slot = chunk.bytes.readUInt32LE(start)
        const length = lengthAt(chunk.bytes, start)
        if (this.#placeOf[slot] === number * chunkBytes + start + 1)
          this.#placeOf[slot] = this.#store(chunk.bytes, start + headBytes, length, slot) + 1
        start += headBytes + length
      }
      this.#dead -= chunk.end - chunk.live
      this.#chunks[number] = undefined
      this.#freeChunks.push(number)
    }
  }
}

function writeHead(bytes: Buffer, at: number, slot: number, length: number): void {
  bytes.writeUInt32LE(slot, at)
  bytes[at + 4] = length & 255
  bytes[at + 5] = length >> 8
}

function lengthAt(bytes: Buffer, head: number): number {
  return (bytes[head + 4] as number) | ((bytes[head + 5] as number) << 8)
}

/** Writes the UTF-8 of an id into `encoded`, and returns its length. */
function encode(id: string): number {
  if (3 * id.length > mostBytes) throw new RangeError(`An id of ${id.length} characters is too long.`)
  for (let i = 0; i < id.length; i++) {
    const unit = id.charCodeAt(i)
    if (unit > 127) return encoded.write(id, 'utf8')
    encoded[i] = unit
  }
  return id.length
}

/** FNV-1a, with the last mixing of MurmurHash3, since its low bits choose the place. */
function hashOf(bytes: Buffer, start: number, length: number): number {
  let hash = seed
  for (let i = start; i < start + length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
