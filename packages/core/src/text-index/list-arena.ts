import { NumberList } from './number-list.ts'

/** The room of a list when it has its first number, and from where on it grows by half instead of twice. */
const firstRoom = 2
const longList = 1_024

/**
 * Many lists of numbers that grow, in one array: of most words there are one or two texts, and an array of its own
 * costs each list more than what it holds. A list that is full moves to where there is more room, and what it leaves is
 * for others.
 */
export class ListArena {
  #values = new Uint32Array(1_024)
  #used = 0
  /** Of each list: where it begins, how long it is, and how long it may become where it is. */
  readonly #from = new NumberList()
  readonly #length = new NumberList()
  readonly #room = new NumberList()
  /** Where lists have moved away from, by the room that they had. */
  readonly #left = new Map<number, number[]>()

  /** Returns the number of a new list, which is empty. */
  add(): number {
    this.#from.push(0)
    this.#room.push(0)
    return this.#length.push(0)
  }

  push(list: number, value: number): void {
    const length = this.lengthOf(list)
    if (length === this.#room.at(list)) this.#move(list)
    this.#values[this.#from.at(list) + length] = value
    this.#length.values[list] = length + 1
  }

  /** The numbers of all lists: those of one stand from `fromOf` on. To be asked for anew after each `push`. */
  get values(): Uint32Array {
    return this.#values
  }

  fromOf(list: number): number {
    return this.#from.at(list)
  }

  lengthOf(list: number): number {
    return this.#length.at(list)
  }

  get bytes(): number {
    return this.#values.byteLength + this.#from.bytes + this.#length.bytes + this.#room.bytes
  }

  #move(list: number): void {
    const [from, length] = [this.#from.at(list), this.lengthOf(list)]
    const room = length < longList ? Math.max(firstRoom, length * 2) : length + (length >> 1)
    const to = this.#left.get(room)?.pop() ?? this.#atEnd(room)
    this.#values.copyWithin(to, from, from + length)
    this.#from.values[list] = to
    this.#room.values[list] = room
    if (length === 0) return
    const left = this.#left.get(length)
    if (left) left.push(from)
    else this.#left.set(length, [from])
  }

  #atEnd(room: number): number {
    const from = this.#used
    this.#used += room
    if (this.#used > this.#values.length) {
      const grown = new Uint32Array(Math.ceil(this.#used * 1.25))
      grown.set(this.#values)
      this.#values = grown
    }
    return from
  }
}
